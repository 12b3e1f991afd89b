"""Judges a project: each rule's verdict, the checklist, and what to mend first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from pyguard_kernel.attestations import questions
from pyguard_kernel.checklist import ASKED, Point, checklist, thresholds
from pyguard_kernel.model import Attest, Level, Project, Verdict
from pyguard_kernel.project._tree import prefix_of
from pyguard_kernel.project_run import UNREADABLE
from pyguard_kernel.registry import all_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyguard_kernel.gates import GateRun
    from pyguard_kernel.model import Evidence, Finding, Rule
    from pyguard_kernel.scan import Result
    from pyguard_kernel.settings import Settings

# What lets a project go to production; the others are failures, or no answers.
GOOD = {Verdict.PASSED, Verdict.SKIPPED, Verdict.ATTESTED}


class Readiness(StrEnum):
    """Whether a project can go to production."""

    READY = "ready"
    NOT_READY = "not_ready"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule over the project. `reason` says why, where findings don't."""

    rule: Rule
    verdict: Verdict
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one of those who may answer a point says: a rule, a gate, or people.

    `source` is a rule's code, `gate NAME`, or `people`; `verdict` is None for a rule
    that doesn't exist yet.
    """

    source: str
    verdict: Verdict | None
    words: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A point of the checklist, or a threshold, and what it came to."""

    point: Point
    verdict: Verdict
    parts: tuple[Part, ...]

    @property
    def open(self) -> bool:
        """Whether it has no answer yet, neither good nor bad."""
        return self.verdict not in GOOD and self.verdict is not Verdict.FAILED


@dataclass(frozen=True, slots=True)
class Audit:
    """One project, judged.

    `root` is the path that findings of the project as a whole stand at. `unreadable`
    are files that nothing is known of. `gates` is None where they weren't
    asked to run. `result` is the scan that all of it follows from.
    """

    path: str
    root: str
    readiness: Readiness
    rows: tuple[Row, ...]
    checklist: tuple[Checked, ...]
    thresholds: tuple[Checked, ...]
    gates: tuple[GateRun, ...] | None
    result: Result
    unreadable: tuple[Finding, ...] = ()
    other: tuple[Finding, ...] = field(default=())

    @property
    def points(self) -> tuple[Checked, ...]:
        """The points of the checklist, then the thresholds."""
        return self.checklist + self.thresholds

    @property
    def failed(self) -> bool:
        """Whether anything at all is wrong, whatever its weight."""
        return bool(
            self.result.findings
            or any(row.verdict is Verdict.FAILED for row in self.rows)
            or any(point.verdict is Verdict.FAILED for point in self.points)
            or any(gate.verdict is Verdict.FAILED for gate in self.gates or ())
        )

    @property
    def broke(self) -> bool:
        """Whether a rule or a gate couldn't do its work."""
        return bool(
            self.result.crashes
            or any(gate.verdict is Verdict.ERROR for gate in self.gates or ())
        )


def judge(
    path: str,
    result: Result,
    settings: Settings,
    gates: Sequence[GateRun] | None = None,
    today: date | None = None,
    *,
    root: str | None = None,
) -> Audit:
    """What a scan of a whole project comes to, with the gates' figures if they ran.

    `path` is the project as the user names it; `root` its root as findings name it,
    where that isn't the same.
    """
    by_code: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_code.setdefault(finding.code, []).append(finding)
    rules = {rule.code: rule for rule in all_rules()}
    rows = {
        code: _row(rule, result, settings, tuple(by_code.get(code, ())))
        for code, rule in rules.items()
    }
    ran = None if gates is None else {gate.name: gate for gate in gates}
    today = today or date.today()

    def all_checked(points: Iterable[Point]) -> tuple[Checked, ...]:
        return tuple(_checked(point, rows, ran, settings, today) for point in points)

    unreadable = tuple(by_code.get(UNREADABLE, ()))
    points, limits = all_checked(checklist()), all_checked(thresholds())
    readiness = _readiness(rows.values(), points + limits, gates or ())
    if readiness is Readiness.READY and unreadable:
        readiness = Readiness.CANNOT_SAY
    own = tuple(f for f in result.findings if f.code not in rules)
    return Audit(
        path,
        root or prefix_of(Path(path)).rstrip("/") or ".",
        readiness,
        tuple(rows.values()),
        points,
        limits,
        None if gates is None else tuple(gates),
        result,
        unreadable,
        tuple(finding for finding in own if finding.code != UNREADABLE),
    )


def _row(
    rule: Rule, result: Result, settings: Settings, findings: tuple[Finding, ...]
) -> Row:
    crash = next((c for c in result.crashes if c.startswith(f"{rule.code} ")), None)
    if crash is not None:
        return Row(rule, Verdict.ERROR, crash, findings)
    if rule.code in settings.exempt:
        return Row(rule, Verdict.SKIPPED, f"exempt: {settings.exempt[rule.code]}")
    if rule not in result.rules:
        why = "not selected; `exempt` in the settings says why a rule needn't hold"
        return Row(rule, Verdict.NOT_RUN, why)
    answer = result.answers.get(rule.code)
    evidence = answer.evidence if answer else ()
    if findings:
        reason = answer.reason if answer else ""
        return Row(rule, Verdict.FAILED, reason, findings, evidence)
    reads_code = any(not isinstance(d, Project | Attest) for d in rule.detectors)
    if answer is None:
        if reads_code and result.files:
            return Row(rule, Verdict.PASSED)
        return Row(rule, Verdict.SKIPPED, "the project has no Python file")
    if reads_code and result.files and answer.verdict is Verdict.SKIPPED:
        # What it asks of the project's files doesn't apply; the code was looked at.
        return Row(rule, Verdict.PASSED, answer.reason, (), evidence)
    return Row(rule, answer.verdict, answer.reason, (), evidence)


def _checked(
    point: Point,
    rows: Mapping[str, Row],
    gates: Mapping[str, GateRun] | None,
    settings: Settings,
    today: date,
) -> Checked:
    parts = [_by_rule(code, rows.get(code)) for code in point.rules]
    if point.gate:
        parts.append(_by_gate(point.gate, gates))
    if point.number in ASKED:
        parts.append(_by_people(point.number, settings, today))
    return Checked(point, _summed(parts), tuple(parts))


def _by_rule(code: str, row: Row | None) -> Part:
    if row is None:
        return Part(code, None, "this rule isn't there yet")
    found = len(row.findings)
    words = row.reason or row.rule.name
    if found:
        first = row.findings[0]
        words = first.message if found == 1 else f"{found:,} findings: {first.message}"
    elif row.evidence:
        words = row.evidence[0].message
    return Part(code, row.verdict, words)


def _by_gate(name: str, gates: Mapping[str, GateRun] | None) -> Part:
    if gates is None:
        return Part(f"gate {name}", Verdict.NOT_RUN, "`--run-gates` measures it")
    gate = gates.get(name)
    if gate is None:
        return Part(f"gate {name}", Verdict.NOT_RUN, "this gate didn't run")
    return Part(f"gate {name}", gate.verdict, gate.figure or gate.reason)


def _by_people(number: str, settings: Settings, today: date) -> Part:
    signed = settings.attest.get(number)
    if signed is None:
        words = f"nobody answered yet: `pyguard attest {number}` asks"
        return Part("people", Verdict.UNATTESTED, words)
    return Part("people", *signed.verdict(questions()[number].days, today))


def _summed(parts: Sequence[Part]) -> Verdict:
    """One verdict of all who may answer: any no is a no; a gate that passed is a yes.

    Without a gate's yes, all rules must exist and be good.
    """
    said = [part.verdict for part in parts]
    for bad in (Verdict.FAILED, Verdict.ERROR):
        if bad in said:
            return bad
    gates = [part.verdict for part in parts if part.source.startswith("gate ")]
    if Verdict.PASSED in gates:
        return Verdict.PASSED
    others = [part.verdict for part in parts if not part.source.startswith("gate ")]
    if all(verdict in GOOD for verdict in others):
        for good in (Verdict.PASSED, Verdict.ATTESTED):
            if good in others:
                return good
        # What a gate could measure applies, even where no rule has anything to read.
        return Verdict.NOT_RUN if gates else Verdict.SKIPPED
    for unknown in (Verdict.STALE, Verdict.UNATTESTED):
        if unknown in others:
            return unknown
    return Verdict.NOT_RUN


def _readiness(
    rows: Iterable[Row], points: Sequence[Checked], gates: Sequence[GateRun]
) -> Readiness:
    # A preference that isn't met is told, and keeps nobody from production.
    binding = [row.verdict for row in rows if row.rule.level is not Level.PREFER]
    said = [*binding, *(point.verdict for point in points)]
    said += [gate.verdict for gate in gates]
    if Verdict.FAILED in said:
        return Readiness.NOT_READY
    if all(verdict in GOOD for verdict in said):
        return Readiness.READY
    return Readiness.CANNOT_SAY
