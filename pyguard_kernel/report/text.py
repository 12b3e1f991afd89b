"""Findings for people: each with its source, what it is, and what to do next."""

from __future__ import annotations

from pyguard_kernel.report.concise import headline
from pyguard_kernel.report.outcome import severity
from pyguard_kernel.report.paint import Paint, printable, width
from pyguard_kernel.report.summary import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyguard_kernel.model import Finding
    from pyguard_kernel.report.outcome import Outcome

_AROUND = 2
_TAB = 4
_WIDEST = 120  # characters shown of a line, and how many of them before the finding
_BEFORE = 60
_CUT = "…"


def render(outcome: Outcome) -> str:
    """The findings with their source, then the summary."""
    paint = Paint(outcome.color)
    out: list[str] = []
    for finding in outcome.findings:
        out.append(headline(finding, paint))
        out += _frame(finding, outcome.lines.around(finding), paint)
        out += _hint(finding, outcome, paint)
        out.append("")
    out += summary(outcome, paint)
    return "".join(line + "\n" for line in out)


def _frame(finding: Finding, source: Sequence[str], paint: Paint) -> list[str]:
    """The line, two lines around it, and carets under what is meant."""
    at = finding.line
    if not 1 <= at <= len(source):
        return []
    first, last = max(1, at - _AROUND), min(len(source), at + _AROUND)
    while first < at and not source[first - 1].strip():
        first += 1
    while last > at and not source[last - 1].strip():
        last -= 1
    gutter = len(str(last)) + 2
    cut = max(0, finding.column - _BEFORE) if len(source[at - 1]) > _WIDEST else 0
    out = []
    for number in range(first, last + 1):
        text = source[number - 1]
        bar = paint.quiet(f"{number:>{gutter}} |")
        out.append(f"{bar} {_shown(text, cut)}".rstrip())
        if number == at:
            out.append(
                paint.quiet(f"{'':>{gutter}} |") + _carets(finding, text, cut, paint)
            )
    return out


def _shown(text: str, cut: int) -> str:
    """A line from a column on, as far as the screen goes, tabs as spaces."""
    window = text[cut : cut + _WIDEST].replace("\t", " " * _TAB)
    before = _CUT if cut and text else ""
    after = _CUT if len(text) > cut + _WIDEST else ""
    return before + printable(window) + after


def _carets(finding: Finding, text: str, cut: int, paint: Paint) -> str:
    start = finding.column - 1
    end = finding.end_column - 1 if finding.end_line == finding.line else len(text)
    end = min(max(end, start + 1), cut + _WIDEST)
    indent = _columns(text[cut:start]) + (1 if cut else 0)
    tone = paint.bad if severity(finding.level) == "error" else paint.mild
    return " " + " " * indent + tone("^" * max(1, _columns(text[start:end])))


def _columns(text: str) -> int:
    return sum(_TAB if c == "\t" else width(c) for c in text)


def _hint(finding: Finding, outcome: Outcome, paint: Paint) -> list[str]:
    """How it is mended by machine, and where to read why it matters."""
    rule = outcome.rules.get(finding.code)
    hints = []
    if finding.fix is not None:
        option = "" if finding.fix.applicability == "safe" else " --unsafe-fixes"
        hints.append(f"fix: {printable(finding.fix.message)} (`--fix{option}`)")
    elif rule is not None and not outcome.fixes_known and rule.fix != "no":
        hints.append("perhaps a fix: `--diff --unsafe-fixes` shows")
    if rule is not None:
        hints.append(f"why: `pyguard rule {rule.code}`")
    return ["  " + paint.words("; ".join(hints))] if hints else []
