"""An audit for people at a terminal: the answer, what to mend first, then the rest."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pyguard_kernel.audit import Readiness
from pyguard_kernel.model import Verdict
from pyguard_kernel.report.audit.told import (
    HEADLINES,
    ORDER,
    WORDS,
    answer,
    by_verdict,
    ran,
    taken_for,
    why,
)
from pyguard_kernel.report.outcome import count, place
from pyguard_kernel.report.paint import Paint, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyguard_kernel.audit import Checked, Row
    from pyguard_kernel.audit_first import Mend
    from pyguard_kernel.gates import GateRun
    from pyguard_kernel.report.audit.told import Told

    type Tone = Callable[[str], str]

_TAIL = 12  # lines of a failed gate's output
_SHORT = (Verdict.PASSED,)  # told by their names alone


def render(told: Told) -> str:
    """The whole report."""
    return "".join(line + "\n" for line in _Text(told).lines())


class _Text:
    def __init__(self, told: Told) -> None:
        self._told = told
        self._audit = told.audit
        self._paint = Paint(told.color)
        paint = self._paint
        self._tones: dict[Verdict, Tone] = {
            Verdict.PASSED: paint.good,
            Verdict.ATTESTED: paint.good,
            Verdict.FAILED: paint.bad,
            Verdict.ERROR: paint.bad,
            Verdict.SKIPPED: paint.quiet,
        }

    def lines(self) -> Iterator[str]:
        audit, paint = self._audit, self._paint
        tone = {
            Readiness.READY: paint.good,
            Readiness.NOT_READY: paint.bad,
            Readiness.CANNOT_SAY: paint.mild,
        }[audit.readiness]
        yield tone(HEADLINES[audit.readiness])
        yield from self._wrapped(why(audit))
        yield from self._wrapped(taken_for(audit))
        yield from self._first()
        if not self._told.quiet:
            yield from self._rest()

    def _rest(self) -> Iterator[str]:
        audit, paint = self._audit, self._paint
        yield from self._rules()
        yield from self._points("Before and in production", audit.checklist)
        yield from self._points("Thresholds", audit.thresholds)
        yield from self._gates()
        yield ""
        for crash in audit.result.crashes:
            yield paint.bad("crash: ") + printable(crash)
        for warning in audit.result.warnings:
            yield paint.mild("note: ") + printable(warning)
        yield from self._wrapped(ran(audit))

    def _wrapped(self, text: str, indent: str = "") -> list[str]:
        """A sentence over as many lines as it needs; words that can be typed shine."""
        text = printable(text)
        width = max(self._told.width, len(indent) + 20)
        found = textwrap.wrap(
            text,
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        if any(line.count("`") % 2 for line in found):
            return found  # what can be typed runs over a line's end
        return [self._paint.words(line) for line in found]

    def _title(self, title: str) -> Iterator[str]:
        yield ""
        yield self._paint.strong(title)

    # -- what to mend ------------------------------------------------------------------

    def _first(self) -> Iterator[str]:
        first = self._told.first
        if not first:
            return
        faulty = self._audit.readiness is Readiness.NOT_READY
        yield from self._title("Mend first" if faulty else "Do next")
        for number, mend in enumerate(first, 1):
            yield from self._mend(number, mend)

    def _mend(self, number: int, mend: Mend) -> Iterator[str]:
        paint = self._paint
        level = f" ({mend.level})" if mend.level else ""
        wrong = self._audit.readiness is Readiness.NOT_READY
        what = (paint.bad if wrong else paint.mild)(mend.what)
        yield f"  {number}. {what} {paint.strong(mend.name)}{level}"
        where = ""
        if mend.count:
            first_at = f", the first at {mend.place}" if mend.place else ""
            where = f"{count(mend.count, 'finding')}{first_at}: "
        yield from self._wrapped(where + mend.why, "     ")
        done = {"safe": "mends it", "unsafe": "mends it; read the diff"}.get(
            mend.fix or "", ""
        )
        note = paint.quiet(f"  # {done}") if done else ""
        yield f"     {paint.strong('$')} {printable(mend.command)}{note}"

    # -- rules -------------------------------------------------------------------------

    def _rules(self) -> Iterator[str]:
        yield from self._title("Rules")
        for verdict in ORDER:
            rows = by_verdict(self._audit, verdict)
            if not rows:
                continue
            tone = self._tones.get(verdict, self._paint.mild)
            yield f"  {tone(WORDS[verdict])} ({len(rows)})"
            if verdict in _SHORT:
                names = ", ".join(f"{row.rule.code} {row.rule.name}" for row in rows)
                yield from self._wrapped(names, "    ")
            elif verdict is Verdict.FAILED:
                yield from self._failed(rows)
            else:
                yield from self._reasons(rows)

    def _failed(self, rows: Sequence[Row]) -> Iterator[str]:
        paint = self._paint
        broad = max(len(f"{len(row.findings):,}") for row in rows)
        for row in rows:
            number = f"{len(row.findings):>{broad},}" if row.findings else "no"
            rule = row.rule
            yield (
                f"    {paint.strong(f'{number:>{broad}}')} {paint.bad(rule.code)}"
                f" {paint.strong(rule.name)} ({rule.level})"
            )
            said = row.reason
            if row.findings:
                found = row.findings[0]
                at = "" if found.path == self._audit.root else f"{place(found)}: "
                said = at + found.message
            yield from self._wrapped(said, " " * (broad + 5))

    def _reasons(self, rows: Sequence[Row]) -> Iterator[str]:
        """Rules by their reason, since many have the same."""
        groups: dict[str, list[str]] = {}
        for row in rows:
            name = f"{row.rule.code} {row.rule.name}"
            groups.setdefault(row.reason, []).append(name)
        for reason, names in groups.items():
            words = f": {reason}" if reason else ""
            yield from self._wrapped(", ".join(names) + words, "    ")

    # -- points ------------------------------------------------------------------------

    def _points(self, title: str, points: Iterable[Checked]) -> Iterator[str]:
        listed = list(points)
        good = sum(answer(checked) in {"yes", "n/a"} for checked in listed)
        yield from self._title(f"{title}: {good} of {len(listed)}")
        for checked in listed:
            yield from self._point(checked)

    def _point(self, checked: Checked) -> Iterator[str]:
        word = answer(checked)
        tone = self._tones.get(checked.verdict, self._paint.mild)
        yield f"  {tone(f'{word:<4}')} {self._paint.strong(checked.point.text)}"
        words: dict[str, list[str]] = {}
        for part in checked.parts:
            # An open point is told by what is missing, a good one by what is there.
            good = part.verdict in {Verdict.PASSED, Verdict.SKIPPED, Verdict.ATTESTED}
            if good is (word in {"yes", "n/a"}):
                words.setdefault(part.words, []).append(part.source)
        said = (f"{', '.join(sources)}: {why}" for why, sources in words.items())
        yield from self._wrapped("; ".join(said), "       ")

    # -- gates -------------------------------------------------------------------------

    def _gates(self) -> Iterator[str]:
        gates = self._audit.gates
        if gates is None:
            return
        yield from self._title("Gates")
        for gate in gates:
            yield from self._gate(gate)

    def _gate(self, gate: GateRun) -> Iterator[str]:
        tone = self._tones.get(gate.verdict, self._paint.mild)
        took = f", {gate.seconds:.0f} s" if gate.seconds >= 1 else ""
        said = gate.figure or gate.reason
        head = f"  {tone(WORDS[gate.verdict])} {self._paint.strong(gate.title)}"
        yield f"{head}: {printable(said)}{took}" if said else head + took
        if gate.figure and not gate.reason.startswith(gate.figure):
            yield from self._wrapped(gate.reason, "    ")
        if gate.install and gate.verdict is Verdict.NOT_RUN:
            yield f"    $ {printable(gate.install)}"
        if gate.verdict in {Verdict.FAILED, Verdict.ERROR}:
            tail = gate.output.rstrip().splitlines()[-_TAIL:]
            yield from (
                f"    {self._paint.quiet('|')} {printable(line)}" for line in tail
            )
