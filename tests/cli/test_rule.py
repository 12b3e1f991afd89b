import json
from collections.abc import Callable

import pytest

from pyguard_kernel.registry import all_rules

type Pyguard = Callable[..., tuple[int, str, str]]

KINDS = {"ruff", "ast", "project", "attest"}


@pytest.mark.parametrize("word", ["PG206", "pg206", "bare-except"])
def test_a_rule_is_explained_by_code_or_name(pyguard: Pyguard, word: str) -> None:
    code, out, err = pyguard("rule", word)
    assert (code, err) == (0, "")
    assert out.startswith("PG206 bare-except (NEVER)\n")
    assert "Found by:  ruff (E722)\n" in out
    assert "Page:      exceptions/bare-except.html\n" in out
    assert "https://docs.python.org/3/tutorial/errors.html" in out


def test_every_rule_can_be_explained(pyguard: Pyguard) -> None:
    for rule in all_rules():
        code, out, _ = pyguard("rule", rule.code)
        assert code == 0
        assert rule.summary.split()[0] in out


def test_all_rules_are_listed_by_chapter(pyguard: Pyguard) -> None:
    code, out, _ = pyguard("rule", "--all")
    assert code == 0
    assert out.index("exceptions\n") < out.index("  PG206  bare-except ")
    assert out.endswith(f"{len(all_rules())} of 121 planned rules.\n")


def test_the_machine_readable_table_holds_every_rule(pyguard: Pyguard) -> None:
    code, out, _ = pyguard("rule", "--all", "--output-format", "json")
    assert code == 0
    content = json.loads(out)
    assert [row["code"] for row in content["rules"]] == [r.code for r in all_rules()]
    assert all(set(row["found_by"]) <= KINDS for row in content["rules"])


def test_one_rule_as_json(pyguard: Pyguard) -> None:
    _, out, _ = pyguard("rule", "PG206", "--output-format", "json")
    assert json.loads(out)["name"] == "bare-except"


def test_an_unknown_rule_is_misuse_and_near_ones_are_named(pyguard: Pyguard) -> None:
    code, out, err = pyguard("rule", "bare-exept")
    assert (code, out) == (2, "")
    assert "unknown rule 'bare-exept'; did you mean PG206 (bare-except)" in err


def test_one_of_a_rule_and_all_must_be_asked_for(pyguard: Pyguard) -> None:
    assert pyguard("rule")[0] == 2
    assert pyguard("rule", "PG206", "--all")[0] == 2
