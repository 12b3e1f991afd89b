"""Every rule is found, plug-ins too, and what can't be loaded is said at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pyguard_kernel.model import CHAPTERS
from pyguard_kernel.registry import all_rules, find_rule

HERE = Path(__file__).parent
PLUGIN = HERE / "plugin"


def run(code: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """A program in an interpreter of its own that sees these folders first."""
    path = ":".join([*map(str, paths), str(HERE.parent)])
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": path, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_names_and_chapters_come_from_the_files() -> None:
    rule = find_rule("PG206")
    assert rule is not None
    assert (rule.name, rule.chapter) == ("bare-except", "exceptions")
    assert find_rule("bare-except") is rule
    assert find_rule("pg206") is rule


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_says_all_that_its_card_needs(rule) -> None:  # type: ignore[no-untyped-def]
    assert rule.chapter in CHAPTERS
    assert rule.summary.endswith(".")
    assert rule.why
    assert rule.references
    assert all(r.url.startswith("https://") and r.checked for r in rule.references)
    assert rule.detectors


def test_codes_are_in_order_and_their_hundreds_are_their_chapters() -> None:
    codes = [int(rule.code.removeprefix("PG")) for rule in all_rules()]
    assert codes == sorted(codes)
    for rule in all_rules():
        chapter = CHAPTERS[int(rule.code.removeprefix("PG")) // 100 - 1]
        assert rule.chapter == chapter


def test_a_plug_in_joins_by_its_entry_point() -> None:
    program = """
import json
from pyguard_kernel import check, rules
print(json.dumps([[r.code for r in rules() if r.chapter == "house"],
                  [f.message for f in check("assert 1\\n", select=["ACME1"])]]))
"""
    done = run(program, PLUGIN)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        ["ACME1"],
        ["`assert 1` can't fail: assert what you mean"],
    ]


def test_a_plug_in_that_does_not_load_is_fatal_and_named(tmp_path: Path) -> None:
    info = tmp_path / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: broken\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[pyguard.rules]\nbroken = nowhere_at_all\n")
    done = run("import pyguard_kernel; pyguard_kernel.rules()", tmp_path)
    assert done.returncode != 0
    assert "plug-in 'broken' (nowhere_at_all): can't be loaded" in done.stderr
    assert "mend or uninstall it" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "defines no RULE"),
        ("import nowhere_at_all", "can't be loaded"),
        ("RULE = )", "can't be loaded"),
    ],
)
def test_a_rule_that_does_not_load_is_fatal_and_named(
    tmp_path: Path, text: str, said: str
) -> None:
    for part in ("odd", "odd/house", "odd-1.dist-info"):
        (tmp_path / part).mkdir()
    for part in ("odd/__init__.py", "odd/house/__init__.py"):
        (tmp_path / part).touch()
    (tmp_path / "odd/house/strange.py").write_text(text)
    info = tmp_path / "odd-1.dist-info"
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: odd\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[pyguard.rules]\nodd = odd\n")
    done = run("import pyguard_kernel; pyguard_kernel.rules()", tmp_path)
    assert done.returncode != 0
    assert f"odd.house.strange: {said}" in done.stderr


def test_two_rules_of_one_code_are_fatal(tmp_path: Path) -> None:
    rule = (PLUGIN / "acme_rules/house/needless_assert_true.py").read_text()
    (tmp_path / "twin/house").mkdir(parents=True)
    (tmp_path / "twin/__init__.py").touch()
    (tmp_path / "twin/house/__init__.py").touch()
    (tmp_path / "twin/house/one.py").write_text(rule)
    (tmp_path / "twin/house/two.py").write_text(rule)
    info = tmp_path / "twin-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: twin\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[pyguard.rules]\ntwin = twin\n")
    done = run("import pyguard_kernel; pyguard_kernel.rules()", tmp_path)
    assert done.returncode != 0
    assert "two rules have the code 'ACME1': house/one and house/two" in done.stderr
