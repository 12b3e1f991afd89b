"""One line a finding, and the summary."""

from __future__ import annotations

from pyguard_kernel.report.outcome import place, severity
from pyguard_kernel.report.paint import Paint, printable
from pyguard_kernel.report.summary import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyguard_kernel.model import Finding
    from pyguard_kernel.report.outcome import Outcome


def render(outcome: Outcome) -> str:
    """The findings one a line, then the summary."""
    paint = Paint(outcome.color)
    lines = [headline(finding, paint) for finding in outcome.findings]
    lines += summary(outcome, paint)
    return "".join(line + "\n" for line in lines)


def headline(finding: Finding, paint: Paint) -> str:
    """`src/app.py:3:5: PG206 bare-except: message`."""
    if not paint.on:
        said = f"{place(finding)}: {finding.code} {finding.name}: {finding.message}"
        return printable(said)
    tone = paint.bad if severity(finding.level) == "error" else paint.mild
    where = paint.strong(printable(place(finding)) + ":")
    message = paint.words(printable(finding.message))
    return f"{where} {tone(finding.code)} {paint.strong(finding.name)}: {message}"
