"""What an audited project should mend first, and by which command."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pyguard_kernel.model import Attest, Level, Project, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.audit import Audit, Row
    from pyguard_kernel.gates import GateRun
    from pyguard_kernel.model import Applicability, Finding
    from pyguard_kernel.settings import Settings

COUNT = 3

# Chapters whose faults let others in.
_SECURITY = {"security", "uploads"}
# Statements of the chapter "never do this", of the checklist, and of the thresholds.
_NEVER, _ASKED_FOR = ("12.",), ("13.", "10.3.")
# How many files are tried for a fix, the smallest, since proving one takes a while.
_FIXED_IN = 2

# What is done first: (how binding, security, asked for by the checklist, order).
type _Rank = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing to do: what it is (a rule's code, a gate, a point), why, and how.

    `count` is the number of findings, `place` the first of them, empty for the project
    as a whole. `fix` says that
    `command` mends by machine, and how safely; without, the command shows what is
    wrong, or does what is missing.
    """

    what: str
    name: str
    why: str
    command: str
    count: int = 0
    place: str = ""
    fix: Applicability | None = None
    level: Level | None = None


def first(audit: Audit, settings: Settings, *, files: bool = True) -> tuple[Mend, ...]:
    """The three things to do first; fewer where there are fewer.

    Faults come before what isn't known. Among faults: what must never be and what must
    be before what is preferred, security before the rest, what the checklist names
    before what it doesn't. Without `files` (an archive), nothing is mended, run or
    answered in place.
    """
    faults = sorted(_faults(audit), key=lambda found: found[0])
    chosen: list[Mend] = []
    for _, fault in faults[:COUNT]:
        if isinstance(fault, Mend):
            chosen.append(fault)
        else:
            chosen.append(_of_row(fault, audit, settings, files=files))
    unknown = _unknown(audit) if files else ()
    chosen.extend(islice(unknown, COUNT - len(chosen)))
    return tuple(chosen)


def _faults(audit: Audit) -> Iterator[tuple[_Rank, Mend | Row]]:
    order = 0
    if audit.unreadable:
        yield (0, 1, 0, 0), _unreadable(audit)
    for row in audit.rows:
        if row.verdict is Verdict.FAILED:
            order += 1
            yield _rank(row, order), row
    for gate in audit.gates or ():
        if gate.verdict is Verdict.FAILED:
            order += 1
            secure = 0 if gate.name == "vulnerabilities" else 1
            yield (1, secure, 0, order), _of_gate(gate)
    for point in audit.points:
        for part in point.parts:
            if part.source == "people" and part.verdict is Verdict.FAILED:
                order += 1
                number, text = point.point.number, point.point.text
                said = _to_attest(number, text, part.words, audit.path)
                yield (1, 1, 0, order), said


def _rank(row: Row, order: int) -> _Rank:
    rule = row.rule
    if rule.level is Level.NEVER or _answers(rule.statements, _NEVER):
        binding = 0
    else:
        binding = 2 if rule.level is Level.PREFER else 1
    secure = 0 if rule.chapter in _SECURITY else 1
    asked = 0 if _answers(rule.statements, _ASKED_FOR) else 1
    return binding, secure, asked, order


def _answers(statements: Sequence[str], prefixes: tuple[str, ...]) -> bool:
    return any(number.startswith(prefixes) for number in statements)


def _unreadable(audit: Audit) -> Mend:
    finding = audit.unreadable[0]
    return Mend(
        finding.code,
        finding.name,
        f"nothing is known of what can't be read: {finding.message}",
        _pyguard("check", audit.path, "--select", finding.code),
        len(audit.unreadable),
        _place(finding, audit.root),
        level=finding.level,
    )


def _of_row(row: Row, audit: Audit, settings: Settings, *, files: bool) -> Mend:
    rule = row.rule
    if not row.findings:  # people said no
        return _to_attest(rule.code, rule.name, row.reason, audit.path)
    kind = None
    if files and rule.fix != "no":
        kind = _fixable(row, audit.path, settings)
    command = _pyguard("check", audit.path, "--select", rule.code)
    if kind is not None:
        command += " --fix" if kind == "safe" else " --fix --unsafe-fixes"
    why = row.findings[0].message
    if files and any(isinstance(d, Attest) for d in rule.detectors):
        elsewhere = _pyguard("attest", rule.code, audit.path)
        why += f"; if it is done elsewhere, `{elsewhere}` says so"
    return Mend(
        rule.code,
        rule.name,
        why,
        command,
        len(row.findings),
        _place(row.findings[0], audit.root),
        kind,
        rule.level,
    )


def _fixable(row: Row, root: str, settings: Settings) -> Applicability | None:
    """How safely a machine can mend some of the findings; None if it can't."""
    only = replace(settings, select=(row.rule.code,), ignore=())
    kinds: set[Applicability] = set()
    paths = list(dict.fromkeys(f.path for f in row.findings if Path(f.path).is_file()))
    if any(isinstance(d, Project) for d in row.rule.detectors):
        from pyguard_kernel.findings import Judge
        from pyguard_kernel.project_scan import ProjectScan

        judge = Judge(only, [row.rule], whole=True)
        run = ProjectScan([row.rule], only, judge, fixes=True).of_folder(Path(root))
        kinds |= {f.fix.applicability for f in run.findings if f.fix}
    elif paths:
        from pyguard_kernel.scan import scan

        paths.sort(key=lambda path: Path(path).stat().st_size)
        found = scan(paths[:_FIXED_IN], only, fixes=True, jobs=1).findings
        kinds |= {f.fix.applicability for f in found if f.fix}
    if "safe" in kinds:
        return "safe"
    return "unsafe" if kinds else None


def _of_gate(gate: GateRun) -> Mend:
    command = gate.mend or shlex.join(gate.command)
    return Mend(f"gate {gate.name}", gate.title, gate.reason, command)


def _unknown(audit: Audit) -> Iterator[Mend]:
    """What has no answer yet, the soonest answered first."""
    open_points = [point for point in audit.points if point.open]
    measured = [point for point in open_points if point.point.gate]
    if audit.gates is None and measured:
        why = f"{len(measured)} points are measured by running the tools"
        command = _pyguard("audit", audit.path, "--run-gates")
        yield Mend("gates", "not run yet", why, command)
    for gate in audit.gates or ():
        if gate.verdict is Verdict.NOT_RUN and gate.install:
            yield Mend(f"gate {gate.name}", gate.title, gate.reason, gate.install)
        elif gate.verdict is Verdict.ERROR:
            yield _of_gate(gate)
    for row in audit.rows:
        if row.verdict in {Verdict.STALE, Verdict.UNATTESTED}:
            why = row.reason or row.rule.summary
            yield _to_attest(row.rule.code, row.rule.name, why, audit.path)
    for point in open_points:
        for part in point.parts:
            if part.source == "people":
                number, text = point.point.number, point.point.text
                yield _to_attest(number, text, part.words, audit.path)


def _to_attest(key: str, name: str, why: str, path: str) -> Mend:
    return Mend(key, name, why, _pyguard("attest", key, path))


def _pyguard(command: str, *words: str) -> str:
    """A command line; the path is left out where it is this folder."""
    return shlex.join(["pyguard", command, *(word for word in words if word != ".")])


def _place(finding: Finding, root: str) -> str:
    """Where a finding stands; nothing for the project as a whole."""
    if finding.path == root:
        return ""
    if finding.cell is not None:
        return f"{finding.path}:cell {finding.cell}:{finding.line}"
    return f"{finding.path}:{finding.line}"
