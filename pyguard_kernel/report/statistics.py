"""How many findings of each rule, most first."""

from __future__ import annotations

from collections import Counter

from pyguard_kernel.report.json import dumps
from pyguard_kernel.report.outcome import Outcome
from pyguard_kernel.report.paint import Paint
from pyguard_kernel.report.summary import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from pyguard_kernel.model import Finding


def counts(findings: Iterable[Finding]) -> list[tuple[int, str, str]]:
    """(number, code, name) of each rule that was broken, most first, then by code."""
    table = Counter((finding.code, finding.name) for finding in findings)
    return sorted(
        ((number, code, name) for (code, name), number in table.items()),
        key=lambda row: (-row[0], row[1]),
    )


def render(outcome: Outcome) -> str:
    """The table for people, then the summary."""
    paint = Paint(outcome.color)
    rows = counts(outcome.findings)
    broad = len(f"{rows[0][0]:,}") if rows else 0
    lines = [
        f"{paint.strong(f'{number:>{broad},}')}  {paint.bad(code)}  {name}"
        for number, code, name in rows
    ]
    lines += summary(outcome, paint)
    return "".join(line + "\n" for line in lines)


def render_json(outcome: Outcome) -> str:
    """The table for programs: an array of objects."""
    rows: list[dict[str, Any]] = [
        {"code": code, "name": name, "count": number}
        for number, code, name in counts(outcome.findings)
    ]
    return dumps(rows)
