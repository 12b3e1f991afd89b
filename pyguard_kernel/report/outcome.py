"""All that a report may tell of one run."""

from __future__ import annotations

from pyguard_kernel.model import Level
from pyguard_kernel.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from pyguard_kernel.baseline import Comparison
    from pyguard_kernel.lines import Lines
    from pyguard_kernel.model import Finding, Rule
    from pyguard_kernel.scan import Result


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: its result, and what the command line knows beside it.

    `mended` counts the findings that --fix took away. With `fixes_known`, a finding
    without a fix has none; else only its rule can say whether there may be one.
    `quiet` leaves out the summary, but for what went wrong.
    """

    result: Result
    lines: Lines
    handbook_url: str = ""
    comparison: Comparison | None = None
    mended: int = 0
    fixes_known: bool = False
    color: bool = False
    quiet: bool = False

    @property
    def findings(self) -> Sequence[Finding]:
        """Those to report: where there is a baseline, the new ones."""
        return self.comparison.new if self.comparison else self.result.findings

    @property
    def rules(self) -> dict[str, Rule]:
        """The rules that ran, by code."""
        return {rule.code: rule for rule in self.result.rules}


def severity(level: Level) -> Literal["error", "warning"]:
    """What others call a level: a preference warns, all else is an error."""
    return "warning" if level is Level.PREFER else "error"


def place(finding: Finding) -> str:
    """Where a finding stands: `src/app.py:3:5`, or `nb.ipynb:cell 2:3:5`."""
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{finding.path}:{cell}{finding.line}:{finding.column}"


def count(number: int, noun: str) -> str:
    """A number and its noun: `1 file`, `1,200 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
