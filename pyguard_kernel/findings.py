"""From what is known of a file to its findings, less what is allowed there."""

from __future__ import annotations

from pyguard_kernel.model import CrossFile, Finding, Level, Project
from pyguard_kernel.records import fix_of
from pyguard_kernel.selection import ALWAYS_ON, UNUSED_NOQA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from pyguard_kernel.model import Fix, Rule, Span
    from pyguard_kernel.records import Record
    from pyguard_kernel.settings import Settings


class Judge:
    """Says findings in the words of their rules, and drops those that are allowed.

    `whole` says that all files of the project are looked at.
    """

    def __init__(
        self, settings: Settings, rules: Sequence[Rule], *, whole: bool
    ) -> None:
        self._settings = settings
        # What a comment allows may come to light only with a file that isn't here, or
        # with the project around it.
        unsure = (Project,) if whole else (Project, CrossFile)
        self._surely_known = {
            rule.code
            for rule in rules
            if not any(isinstance(d, unsure) for d in rule.detectors)
        }
        self._rules = {rule.code: rule for rule in rules}

    def findings(
        self, path: str, record: Record, far: Sequence[Any]
    ) -> Iterator[Finding]:
        """The findings of one file; `far` are those that other files led to."""
        if not (record.found or record.ruffed or record.noqa or far):
            return
        allowed_at = record.allowed_at()
        ignored = self._settings.ignored_for(path) | self._settings.exempt.keys()
        used: set[tuple[int, str]] = set()
        said: set[tuple[Any, ...]] = set()
        for lines, code, span, message, cell, fix, ruff_code in _raw(record, far):
            if allowed_at:
                allowing = [
                    line
                    for line in lines
                    if (codes := allowed_at.get(line, frozenset())) is None
                    or code in codes
                ]
                used.update((line, code) for line in allowing)
                if allowing:
                    continue
            # One line of one rule is reported once, whoever found it.
            place = (code, cell, span[0])
            if code not in ignored and place not in said:
                said.add(place)
                mend = fix_of(fix)
                yield self.finding(code, path, span, message, cell, mend, ruff_code)
        if UNUSED_NOQA not in ignored:
            yield from self._unused(path, record, used)

    def _unused(
        self, path: str, record: Record, used: set[tuple[int, str]]
    ) -> Iterator[Finding]:
        for line, column, end_column, codes, _ in record.noqa:
            idle = [
                code
                for code in codes or ()
                if code in self._surely_known and (line, code) not in used
            ]
            if idle:
                cell, first = record.cell_at(line)
                at = line - first + 1
                message = f"`# noqa: {', '.join(idle)}` allows nothing here: remove it"
                span = (at, column, at, end_column)
                yield self.finding(UNUSED_NOQA, path, span, message, cell)

    def finding(
        self,
        code: str,
        path: str,
        span: Span,
        message: str,
        cell: int | None = None,
        fix: Fix | None = None,
        ruff_code: str | None = None,
    ) -> Finding:
        """A finding with all that its rule says of it."""
        rule = self._rules.get(code)
        return Finding(
            code,
            rule.name if rule else ALWAYS_ON[code],
            rule.level if rule else Level.MUST,
            message,
            path,
            *span,
            cell,
            fix,
            self._settings.handbook_url + rule.page if rule else "",
            ruff_code,
        )


def _raw(
    record: Record, far: Sequence[Any]
) -> Iterator[
    tuple[tuple[int, int], str, Span, str, int | None, list[Any] | None, str | None]
]:
    """What was found, as the reader counts lines.

    First come the two lines of the text whose comments may allow it.
    """
    for code, message, line, column, end_line, end_column, *rest in record.ruffed:
        cell, fix, ruff_code = rest
        first = record.line_of(cell, line)
        lines = (first, first + end_line - line)
        span = (line, column, end_line, end_column)
        yield lines, code, span, message, cell, fix, ruff_code
    for found in (*record.found, *far):
        code, line, column, end_line, end_column, message, *cell = found
        if cell:  # said in the reader's own lines already
            span = (line, column, end_line, end_column)
            yield (line, line), code, span, message, cell[0], None, None
            continue
        number, first = record.cell_at(line)
        local = (line - first + 1, column, end_line - first + 1, end_column)
        yield (line, end_line), code, local, message, number, None, None
