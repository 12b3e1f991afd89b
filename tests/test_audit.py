"""What a scan comes to: verdicts, points, readiness, and what to mend first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pyguard_kernel.attestations import Signed
from pyguard_kernel.audit import Audit, Checked, Readiness, Row, judge
from pyguard_kernel.audit_first import first
from pyguard_kernel.checklist import ASKED, checklist, thresholds
from pyguard_kernel.gates import GateRun
from pyguard_kernel.model import Finding, Rule, Verdict
from pyguard_kernel.project_run import Answer
from pyguard_kernel.registry import all_rules, find_rule
from pyguard_kernel.scan import Result, scan
from pyguard_kernel.settings import Settings, load
from pyguard_kernel.statements import statements

TODAY = date(2026, 11, 23)
YES = Signed(True, "Ann", TODAY, "docs/board.md")


def named(code: str) -> Rule:
    rule = find_rule(code)
    assert rule is not None
    return rule


def found(code: str, path: str = "a.py", line: int = 1) -> Finding:
    rule = named(code)
    return Finding(code, rule.name, rule.level, "wrong", path, line, 1, line, 5)


def result(*findings: Finding, **told: Any) -> Result:
    answers = {
        rule.code: Answer(Verdict.PASSED)
        for rule in all_rules()
        if {"project", "attest"} & set(rule.kinds)
    }
    plain: dict[str, Any] = {"answers": answers} | told
    return replace(Result(findings, 3, 100, 0, all_rules()), **plain)


def row(audit: Audit, code: str) -> Row:
    return next(row for row in audit.rows if row.rule.code == code)


def point(audit: Audit, number: str) -> Checked:
    return next(p for p in audit.points if p.point.number == number)


# -- rules ---------------------------------------------------------------------------


def test_a_rule_with_findings_failed_and_the_others_passed() -> None:
    audit = judge(".", result(found("PG206")), Settings())
    assert row(audit, "PG206").verdict is Verdict.FAILED
    assert row(audit, "PG201").verdict is Verdict.PASSED
    assert audit.failed


def test_without_python_the_rules_of_code_do_not_apply() -> None:
    audit = judge(".", result(files=0), Settings())
    assert row(audit, "PG206").verdict is Verdict.SKIPPED
    assert row(audit, "PG206").reason == "the project has no Python file"


def test_an_exempt_rule_says_why_and_one_left_out_has_no_verdict() -> None:
    rules = tuple(r for r in all_rules() if r.code not in {"PG206", "PG207"})
    settings = Settings(exempt={"PG206": "generated code"})
    audit = judge(".", result(rules=rules), settings)
    assert row(audit, "PG206").verdict is Verdict.SKIPPED
    assert row(audit, "PG206").reason == "exempt: generated code"
    assert row(audit, "PG207").verdict is Verdict.NOT_RUN
    assert audit.readiness is not Readiness.READY


def test_a_crash_is_an_error_of_its_rule_alone() -> None:
    crashes = ("PG206 bare-except crashed on a.py: KeyError('x')",)
    audit = judge(".", result(crashes=crashes), Settings())
    assert row(audit, "PG206").verdict is Verdict.ERROR
    assert row(audit, "PG207").verdict is Verdict.PASSED
    assert audit.broke


# -- points --------------------------------------------------------------------------


def test_the_points_are_those_of_the_statements() -> None:
    assert len(checklist()) == 23
    assert len(thresholds()) == 6
    for each in (*checklist(), *thresholds()):
        assert each.rules or each.number in ASKED
    assert {p.group for p in checklist()} == {"Before production", "In production"}
    assert ASKED.keys() <= {s.number for s in statements() if not s.rules}


def test_a_point_whose_rule_is_not_there_yet_is_open_and_says_so() -> None:
    planned = [p for p in checklist() if not any(map(find_rule, p.rules)) and p.rules]
    audit = judge(".", result(), Settings())
    for each in planned:
        checked = point(audit, each.number)
        assert checked.verdict is Verdict.NOT_RUN
        assert checked.open
        assert checked.parts[0].words == "this rule isn't there yet"


def gate(name: str, verdict: Verdict, figure: str = "") -> GateRun:
    return GateRun(name, name, verdict, "why", ("tool", "run"), figure)


@pytest.mark.parametrize(
    ("verdict", "comes_to"),
    [
        (Verdict.PASSED, Verdict.PASSED),
        (Verdict.FAILED, Verdict.FAILED),
        (Verdict.ERROR, Verdict.ERROR),
    ],
)
def test_a_gates_figure_answers_its_point(verdict: Verdict, comes_to: Verdict) -> None:
    audit = judge(".", result(), Settings(), [gate("mutation", verdict, "91%")])
    for number in ("13.1.9", "10.3.4"):
        checked = point(audit, number)
        assert checked.verdict is comes_to
        assert checked.parts[-1].words == "91%"


def test_without_gates_the_words_say_what_measures() -> None:
    parts = point(judge(".", result(), Settings()), "10.3.4").parts
    assert parts[-1].source == "gate mutation"
    assert "--run-gates" in parts[-1].words


@pytest.mark.parametrize(
    ("signed", "verdict"),
    [
        (None, Verdict.UNATTESTED),
        (YES, Verdict.ATTESTED),
        (replace(YES, answer=False), Verdict.FAILED),
        (replace(YES, expires=date(2026, 1, 1)), Verdict.STALE),
    ],
)
def test_people_answer_what_no_rule_sees(
    signed: Signed | None, verdict: Verdict
) -> None:
    attest = {} if signed is None else {"13.2.1": signed}
    audit = judge(".", result(), Settings(attest=attest), today=TODAY)
    assert point(audit, "13.2.1").verdict is verdict


# -- readiness -----------------------------------------------------------------------


def all_good() -> tuple[Settings, list[GateRun]]:
    """Answers and gates that leave open only what rules to come will answer."""
    names = {p.gate for p in (*checklist(), *thresholds())} - {""}
    gates = [gate(name, Verdict.PASSED) for name in sorted(names)]
    return Settings(attest=dict.fromkeys(ASKED, YES)), gates


def test_a_finding_keeps_a_project_from_production() -> None:
    assert judge(".", result(found("PG206")), Settings()).readiness == "not_ready"


def test_a_preference_keeps_nobody_from_production() -> None:
    base = result()
    mild = [r for r in all_rules() if r.level == "PREFER"]
    settings, gates = all_good()
    for rule in mild:
        audit = judge(".", result(found(rule.code)), settings, gates, TODAY)
        assert audit.readiness is judge(".", base, settings, gates, TODAY).readiness
        assert audit.failed


def test_silence_is_not_success() -> None:
    audit = judge(".", result(), Settings())
    assert audit.readiness is Readiness.CANNOT_SAY
    assert not audit.failed


def test_it_is_ready_when_every_point_is_answered() -> None:
    settings, gates = all_good()
    audit = judge(".", result(), settings, gates, TODAY)
    open_points = [p for p in audit.points if p.open]
    # Only rules that aren't there yet keep points open; without those it's ready.
    assert all(
        any(part.verdict is None for part in checked.parts) for checked in open_points
    )
    ready = Readiness.CANNOT_SAY if open_points else Readiness.READY
    assert audit.readiness is ready


def test_a_failing_gate_keeps_a_project_from_production() -> None:
    settings, gates = all_good()
    gates.append(gate("dead-code", Verdict.FAILED, "3 unused"))
    audit = judge(".", result(), settings, gates, TODAY)
    assert audit.readiness is Readiness.NOT_READY
    [mend, *_] = first(audit, settings)
    assert (mend.what, mend.command) == ("gate dead-code", "tool run")


# -- what first ----------------------------------------------------------------------


def test_what_must_never_be_comes_first() -> None:
    findings = [found("PG207"), found("PG208"), found("PG306"), found("PG206")]
    audit = judge(".", result(*findings), Settings())
    order = [mend.what for mend in first(audit, Settings(), files=False)]
    assert order == ["PG206", "PG306", "PG207"]


def test_what_cannot_be_read_comes_before_all() -> None:
    broken = Finding("PG000", "unreadable-file", named("PG206").level, "isn't UTF-8",
                     "b.py", 1, 1, 1, 1)  # fmt: skip
    audit = judge(".", result(broken, found("PG206")), Settings())
    mend = first(audit, Settings(), files=False)[0]
    assert (mend.what, mend.place) == ("PG000", "b.py:1")
    assert "isn't UTF-8" in mend.why


def test_without_faults_the_open_questions_come_first() -> None:
    audit = judge(".", result(), Settings())
    commands = [mend.command for mend in first(audit, Settings())]
    assert commands[0] == "pyguard audit --run-gates"
    assert "pyguard attest 13.2.1" in commands
    elsewhere = judge("my shop", result(), Settings())
    assert first(elsewhere, Settings())[0].command == (
        "pyguard audit 'my shop' --run-gates"
    )


def test_a_tool_that_is_missing_comes_with_the_command_that_gets_it() -> None:
    missing = replace(gate("dead-code", Verdict.NOT_RUN), install="uv add --dev x")
    audit = judge(".", result(), Settings(), [missing])
    assert first(audit, Settings())[0].command == "uv add --dev x"


def test_a_command_mends_where_a_machine_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "machine.py").write_text(
        "import asyncio\nimport time\n\n\nasync def main():\n    time.sleep(1)\n"
        "    await asyncio.sleep(0)\n"
    )
    (tmp_path / "hand.py").write_text("try:\n    f()\nexcept:\n    g()\n")
    settings = load(tmp_path).with_options(select=["PG206", "PG306"])
    audit = judge(".", scan(["."], settings, roots=True), settings)
    mends = {mend.what: mend for mend in first(audit, settings)}
    fixing = "pyguard check --select PG306 --fix --unsafe-fixes"
    assert (mends["PG306"].command, mends["PG306"].fix) == (fixing, "unsafe")
    assert mends["PG306"].place == "machine.py:6"
    assert mends["PG206"].command == "pyguard check --select PG206"
    assert mends["PG206"].fix is None


def test_a_folder_without_any_sign_is_a_project_to_an_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "inner").mkdir()
    settings = load(tmp_path)
    assert scan(["."], settings).answers == {}
    answered = scan(["."], settings, roots=True).answers
    asked = {r.code for r in all_rules() if {"project", "attest"} & set(r.kinds)}
    assert answered.keys() == asked
