"""All that a report may tell of one audit, and the words that all of them use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyguard_kernel.audit import GOOD, Readiness
from pyguard_kernel.model import PLANNED_RULES, Level, Verdict
from pyguard_kernel.report.outcome import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyguard_kernel.audit import Audit, Checked, Row
    from pyguard_kernel.audit_first import Mend
    from pyguard_kernel.lines import Lines

HEADLINES = {
    Readiness.READY: "Ready for production.",
    Readiness.NOT_READY: "Not ready for production.",
    Readiness.CANNOT_SAY: "Cannot say whether this is ready for production.",
}

# What a verdict is called, of a rule or a gate.
WORDS = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.SKIPPED: "not applicable",
    Verdict.NOT_RUN: "not run",
    Verdict.ATTESTED: "attested",
    Verdict.UNATTESTED: "unanswered",
    Verdict.STALE: "out of date",
    Verdict.ERROR: "broke",
}

# The same of a point.
ANSWERS = {
    Verdict.PASSED: "yes",
    Verdict.FAILED: "no",
    Verdict.SKIPPED: "n/a",
    Verdict.ATTESTED: "yes",
}
OPEN = "open"

# What most wants to be seen comes first.
ORDER = (
    Verdict.FAILED,
    Verdict.ERROR,
    Verdict.STALE,
    Verdict.UNATTESTED,
    Verdict.NOT_RUN,
    Verdict.ATTESTED,
    Verdict.PASSED,
    Verdict.SKIPPED,
)


@dataclass(frozen=True, slots=True)
class Told:
    """One audit, what to mend first, and what the command line knows beside it.

    `quiet` leaves of a text the answer and what to mend; `width` is the number of
    columns that it may take.
    """

    audit: Audit
    first: tuple[Mend, ...]
    lines: Lines
    handbook_url: str = ""
    color: bool = False
    quiet: bool = False
    width: int = 88


def answer(checked: Checked) -> str:
    """What a point came to, in a word."""
    return ANSWERS.get(checked.verdict, OPEN)


def why(audit: Audit) -> str:
    """What the verdict follows from, in one or two sentences."""
    failed = [row for row in audit.rows if row.verdict is Verdict.FAILED]
    binding = [row for row in failed if row.rule.level is not Level.PREFER]
    gates = [gate for gate in audit.gates or () if gate.verdict is Verdict.FAILED]
    wrong = [
        count(len(binding), "rule") if binding else "",
        count(len(gates), "gate") if gates else "",
        _of(audit.checklist, Verdict.FAILED, "points of the checklist"),
        _of(audit.thresholds, Verdict.FAILED, "thresholds"),
    ]
    sentences = []
    if any(wrong):
        sentences.append(f"Failed: {_listed(wrong)}.")
    open_points = [
        _open(audit.checklist, "points of the checklist"),
        _open(audit.thresholds, "thresholds"),
    ]
    if any(open_points):
        sentences.append(f"Without an answer: {_listed(open_points)}.")
    broken = [row for row in audit.rows if row.verdict not in GOOD | {Verdict.FAILED}]
    if broken and not any(wrong) and not any(open_points):
        sentences.append(f"Without a verdict: {count(len(broken), 'rule')}.")
    if audit.unreadable:
        sentences.append(f"{count(len(audit.unreadable), 'file')} can't be read.")
    if not sentences:
        sentences.append("Every rule, point and threshold has a good answer.")
    return " ".join(sentences)


def _of(points: Sequence[Checked], verdict: Verdict, name: str) -> str:
    number = sum(point.verdict is verdict for point in points)
    return f"{number} of {len(points)} {name}" if number else ""


def _open(points: Sequence[Checked], name: str) -> str:
    number = sum(point.open for point in points)
    return f"{number} of {len(points)} {name}" if number else ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(word for word in words if word)


def taken_for(audit: Audit) -> str:
    """Application or library, on which some rules depend, and why; empty if unknown."""
    kind = audit.result.kind
    article = "an" if kind.startswith("a") else "a"
    return f"Taken for {article} {kind}." if kind else ""


def ran(audit: Audit) -> str:
    """How many of the rules ran, on what, and how they ended; never just silence."""
    tally = Counter(row.verdict for row in audit.rows)
    ended = ", ".join(f"{tally[v]} {WORDS[v]}" for v in ORDER if tally[v])
    looked = count(audit.result.files, "Python file")
    exist = f"{len(audit.rows)} of {PLANNED_RULES} rules exist"
    return f"{exist}: {ended}. {looked}, {count(audit.result.lines, 'line')}."


def by_verdict(audit: Audit, *verdicts: Verdict) -> list[Row]:
    """The rules that came to one of these verdicts, in the verdicts' order."""
    return [row for v in verdicts for row in audit.rows if row.verdict is v]
