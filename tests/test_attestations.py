"""What people answer: how it is read, how it ages, and how it is written down."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.attest_edit import with_answer
from pyguard_kernel.attestations import Signed, questions, read
from pyguard_kernel.findings import Judge
from pyguard_kernel.model import (
    ROOT,
    Attest,
    Detector,
    Evidence,
    Fault,
    Level,
    Project,
    Rule,
    Skip,
    Verdict,
)
from pyguard_kernel.project import Tree
from pyguard_kernel.project_run import ProjectRun, run_project
from pyguard_kernel.selection import SettingsError
from pyguard_kernel.settings import Settings, load

TODAY = date(2026, 11, 23)
YES = Signed(True, "Ann", date(2026, 11, 1), "https://example.org/alerts")


def answer(**told: Any) -> dict[str, Any]:
    plain = {"answer": "yes", "who": "Ann", "when": TODAY, "link": "docs/alerts.md"}
    return plain | told


# -- reading -------------------------------------------------------------------------


def test_an_answer_is_read_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.pyguard.attest]\n"
        '"13.2.1" = { answer = "yes", who = "Ann", when = 2026-11-01,'
        ' link = "docs/board.md", expires = "2027-01-31" }\n'
    )
    signed = load(tmp_path).attest["13.2.1"]
    assert signed == Signed(
        True, "Ann", date(2026, 11, 1), "docs/board.md", date(2027, 1, 31)
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"13.2.1": answer(whom="Bo")}, "did you mean 'who'?"),
        ({"13.2.1": answer(answer="perhaps")}, "must be 'yes' or 'no'"),
        ({"13.2.1": answer(who=" ")}, "must name who answers"),
        ({"13.2.1": answer(when="soon")}, "must be a day such as"),
        ({"13.2.1": answer(expires=3)}, "must be a day such as"),
        ({"13.2.1": answer(link="")}, "a yes needs a link"),
        ({"13.2.1": answer(link=7)}, "must be a text"),
        ({"13.2.1": {"answer": "no", "who": "Ann"}}, "has no when"),
        ({"13.2.1": "yes"}, "must be a table"),
        ({"PG206": answer()}, "files answer it"),
        ({"13.2.9": answer()}, "unknown rule"),
        ({"bare-excpt": answer()}, "did you mean PG206"),
    ],
)
def test_what_cannot_be_used_is_named(table: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=r"^tool\.pyguard\.attest") as error:
        read(table, "tool.pyguard.attest")
    assert said in str(error.value)


def test_a_no_needs_no_link() -> None:
    table = {"13.2.1": {"answer": "no", "who": "Ann", "when": TODAY}}
    assert not read(table, "x")["13.2.1"].answer


# -- age -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "verdict"),
    [
        (YES, Verdict.ATTESTED),
        (Signed(True, "Ann", date(2026, 10, 24), "x"), Verdict.ATTESTED),
        (Signed(True, "Ann", date(2026, 10, 23), "x"), Verdict.STALE),
        (Signed(True, "Ann", date(2026, 1, 1), "x", TODAY), Verdict.ATTESTED),
        (Signed(True, "Ann", TODAY, "x", date(2026, 11, 22)), Verdict.STALE),
        (Signed(True, "Ann", date(2026, 11, 24), "x"), Verdict.ATTESTED),
        (Signed(True, "Ann", date(2099, 1, 1), "x"), Verdict.STALE),
        (Signed(False, "Ann", date(2020, 1, 1)), Verdict.FAILED),
    ],
)
def test_an_answer_holds_for_its_days(signed: Signed, verdict: Verdict) -> None:
    assert signed.verdict(30, TODAY)[0] is verdict


# -- rules that are answered ---------------------------------------------------------


def asked(*signals: Evidence | Skip) -> Attest:
    def seen() -> tuple[Evidence | Skip, ...]:
        return signals

    return Attest("Is it watched?", "the alert", 30, seen)


def verdict_of(signed: Signed | None, *detectors: Detector) -> ProjectRun:
    rule = Rule(
        code="PG907",
        level=Level.MUST,
        statements=(),
        summary="Somebody watches.",
        why="",
        references=(),
        since="0.1.0",
        detectors=detectors,
        name="unwatched",
        chapter="containers",
    )
    attest = {} if signed is None else {"PG907": signed}
    settings = Settings(attest=attest)
    tree = Tree.of_texts({"a.py": b""}, settings)
    return run_project(tree, [rule], settings, Judge(settings, [rule], whole=True))


FRESH = Signed(True, "Ann", date.today(), "x")
OLD = Signed(True, "Ann", date(2020, 1, 1), "x")
NO = Signed(False, "Ann", date.today())


@pytest.mark.parametrize(
    ("signed", "verdict"),
    [
        (None, Verdict.UNATTESTED),
        (FRESH, Verdict.ATTESTED),
        (OLD, Verdict.STALE),
        (NO, Verdict.FAILED),
    ],
)
def test_a_question_has_the_verdict_of_its_answer(
    signed: Signed | None, verdict: Verdict
) -> None:
    seen = Evidence(ROOT, "a Dependabot file")
    answered = verdict_of(signed, asked(seen)).answers["PG907"]
    assert answered.verdict is verdict
    assert answered.evidence == (seen,)


def test_a_question_that_does_not_apply_is_skipped_until_answered() -> None:
    skip = Skip("nobody logs in")
    assert verdict_of(None, asked(skip)).answers["PG907"].verdict is Verdict.SKIPPED
    assert verdict_of(FRESH, asked(skip)).answers["PG907"].verdict is Verdict.ATTESTED


def nothing_found() -> tuple[Fault, ...]:
    return (Fault(ROOT, "no feed is configured", absence=True),)


def wrong_there() -> tuple[Fault, ...]:
    return (Fault(ROOT, "the feed is switched off"),)


def feed_found() -> tuple[Evidence, ...]:
    return (Evidence(ROOT, "a Dependabot file"),)


@pytest.mark.parametrize(
    ("find", "signed", "verdict", "findings"),
    [
        (nothing_found, None, Verdict.FAILED, 1),
        (nothing_found, FRESH, Verdict.ATTESTED, 0),
        (nothing_found, OLD, Verdict.FAILED, 1),
        (wrong_there, FRESH, Verdict.FAILED, 1),
        (feed_found, None, Verdict.PASSED, 0),
        (feed_found, OLD, Verdict.PASSED, 0),
        (feed_found, NO, Verdict.FAILED, 0),
    ],
)
def test_an_answer_stands_in_for_what_no_file_shows(
    find: Any, signed: Signed | None, verdict: Verdict, findings: int
) -> None:
    run = verdict_of(signed, Project(find), asked())
    assert run.answers["PG907"].verdict is verdict
    assert len(run.findings) == findings


# -- writing -------------------------------------------------------------------------

LINE = (
    '"13.2.1" = { answer = "yes", who = "Ann", when = 2026-11-01,'
    ' link = "https://example.org/alerts" }'
)


def written(text: str, signed: Signed = YES) -> str:
    return with_answer(text, "13.2.1", signed, "pyproject.toml")


def test_a_file_without_settings_of_ours_gets_a_table_at_its_end() -> None:
    text = '[project]\nname = "shop"  # ours\n'
    assert written(text) == f"{text}\n[tool.pyguard.attest]\n{LINE}\n"
    assert written("") == f"[tool.pyguard.attest]\n{LINE}\n"


def test_the_table_comes_after_our_other_settings() -> None:
    text = '[tool.pyguard]\nkind = "library"  # why\n\n# mypy\n[tool.mypy]\n'
    assert written(text) == (
        '[tool.pyguard]\nkind = "library"  # why\n'
        f"\n[tool.pyguard.attest]\n{LINE}\n"
        "\n# mypy\n[tool.mypy]\n"
    )


def test_an_answer_joins_those_that_are_there() -> None:
    old = '"13.2.2" = { answer = "no", who = "Bo", when = 2026-01-02 } # soon'
    text = f"[tool.pyguard.attest]\n{old}\n\n[tool.ruff]\n"
    assert written(text) == f"[tool.pyguard.attest]\n{old}\n{LINE}\n\n[tool.ruff]\n"


def test_an_answer_takes_the_place_of_an_older_one() -> None:
    old = '"13.2.1" = { answer = "no", who = "Bo", when = 2026-01-02 } # soon'
    text = f"[tool.pyguard.attest]\n# asked each spring\n{old}\n"
    after = written(text)
    assert after == f"[tool.pyguard.attest]\n# asked each spring\n{LINE} # soon\n"
    assert written(after) == after


def test_an_answer_with_a_header_of_its_own_keeps_its_comments() -> None:
    text = (
        '[tool.pyguard.attest."13.2.1"]\nanswer = "no" # not yet\nwho = "Bo"\n'
        "when = 2026-01-02\nexpires = 2026-02-01\n"
    )
    assert written(text) == (
        '[tool.pyguard.attest."13.2.1"]\nlink = "https://example.org/alerts"\n'
        'answer = "yes" # not yet\nwho = "Ann"\nwhen = 2026-11-01\n'
    )


def test_line_ends_stay() -> None:
    assert written("[tool.ruff]\r\n").count("\r\n") == 4


def test_what_cannot_be_edited_safely_is_left_alone() -> None:
    with pytest.raises(SettingsError, match="write there yourself"):
        written("tool.pyguard = { attest = {} }\n")
    with pytest.raises(SettingsError, match=r"\.toml:1: isn't valid TOML"):
        written("= 1\n")


plain_text = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1
).filter(lambda text: text.strip() == text and text.isprintable())


@given(who=plain_text, link=plain_text)
def test_whatever_is_answered_is_read_again(who: str, link: str) -> None:
    signed = Signed(True, who, TODAY, link)
    text = written("[tool.pyguard]\n# a = 1\n", signed)
    assert "# a = 1\n" in text
    table = tomllib.loads(text)["tool"]["pyguard"]["attest"]
    assert read(table, "x") == {"13.2.1": signed}


def test_every_question_can_be_answered_with_yes() -> None:
    for key, question in questions().items():
        assert question.question.endswith("?"), key
        assert question.evidence, key
        assert question.days > 0, key
