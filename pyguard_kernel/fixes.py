"""Fixes: ruff's as they come, ours by codemods that are proved before they're offered.

A fix is offered when the mended text parses, the finding is gone, no other finding
came, and mending again changes nothing.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from importlib import import_module
from importlib.util import find_spec

from pyguard_kernel.model import Edit, Finding, Fix
from pyguard_kernel.source import LINE_BREAK, Unreadable, decode, encoding_of
from pyguard_kernel.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set
    from typing import Any

    from pyguard_kernel.codemods._base import Mend

    # The findings of a file if it held this text, the other files as they are; what
    # only several files show is asked for these codes alone.
    Recheck = Callable[[str, bytes, Set[str]], Iterable[Finding]]


def propose(
    findings: Sequence[Finding], read: Callable[[str], bytes], recheck: Recheck
) -> list[Finding]:
    """The same findings, each with a proved fix where there is one.

    `read` gives a file's bytes.
    """
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    proposed: list[Finding] = []
    for path, group in by_path.items():
        if any(finding.fix is None and mend_of(finding.name) for finding in group):
            group = _File(path, read(path), recheck).propose(group)
        proposed += group
    return proposed


def mend_of(rule_name: str) -> type[Mend] | None:
    """The codemod of a rule, or None."""
    module = f"pyguard_kernel.codemods.{rule_name.replace('-', '_')}"
    if find_spec(module) is None:
        return None
    mend: type[Mend] = import_module(module).Fix
    return mend


class _File:
    """One file whose findings want fixes."""

    def __init__(self, path: str, data: bytes, recheck: Recheck) -> None:
        self._path = path
        self._data = data
        self._recheck = recheck

    def propose(self, findings: Sequence[Finding]) -> list[Finding]:
        before = _codes(findings)
        mended = [self._mended(finding) for finding in findings]
        new = [m for m, f in zip(mended, findings, strict=True) if m.fix != f.fix]
        kept = {id(m) for m in self._proven(before, new)}
        refused = {id(m) for m in new} - kept
        return [replace(m, fix=None) if id(m) in refused else m for m in mended]

    def _proven(
        self, before: Counter[str], mended: Sequence[Finding]
    ) -> Sequence[Finding]:
        """Those that hold: proved together, at the cost of one, else by halves."""
        if self._proved(before, mended):
            return mended
        half = len(mended) // 2
        parts = (mended[:half], mended[half:]) if half else ()
        return [m for part in parts for m in self._proven(before, part)]

    def _mended(self, finding: Finding) -> Finding:
        """A finding with the fix of its codemod, not proved yet."""
        mend = mend_of(finding.name) if finding.fix is None else None
        if mend is None:
            return finding
        import libcst as cst

        from pyguard_kernel.codemods._base import mended

        place = (finding.line, finding.column)
        try:
            before = _text(self._path, self._data, finding.cell)
            after = mended(mend, before, *place)
            edits = edits_between(before, after)
            moved = sum(_grown(edit) for edit in edits if edit.end_line < finding.line)
            again = (finding.line + moved, finding.column)
            if not edits or mended(mend, after, *again) != after:
                return finding
        except (cst.ParserSyntaxError, SyntaxError, RecursionError, Unreadable):
            return finding
        return replace(finding, fix=Fix(mend.APPLICABILITY, mend.MESSAGE, edits))

    def _proved(self, before: Counter[str], mended: Sequence[Finding]) -> bool:
        """Whether these findings go away by their fixes, and nothing else comes."""
        if not mended:
            return True
        data = fixed_text(self._data, mended, unsafe=True)
        gone = _codes(mended)
        after = _codes(self._recheck(self._path, data, gone.keys()))
        return not after - before and all(
            after[code] <= before[code] - count for code, count in gone.items()
        )


def _codes(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(finding.code for finding in findings)


def _grown(edit: Edit) -> int:
    """How many lines an edit adds."""
    return edit.content.count("\n") - (edit.end_line - edit.line)


def edits_between(before: str, after: str) -> tuple[Edit, ...]:
    """The smallest edits, in whole lines cut at their ends, that lead to a text."""
    old, new = LINE_BREAK.split(before), LINE_BREAK.split(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    edits: list[Edit] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        edits.append(_edit(a, "".join(old[a:b]), "".join(new[c:d])))
    return tuple(edits)


def _edit(first: int, gone: str, come: str) -> Edit:
    """One edit that starts at line `first` (from 0), without what both sides share."""
    head = 0
    while head < min(len(gone), len(come)) and gone[head] == come[head]:
        head += 1
    tail = 0
    while (
        tail < min(len(gone), len(come)) - head
        and gone[len(gone) - 1 - tail] == come[len(come) - 1 - tail]
    ):
        tail += 1
    start = _place(gone[:head], first)
    end = _place(gone[: len(gone) - tail], first)
    return Edit(*start, *end, come[head : len(come) - tail])


def _place(text: str, first: int) -> tuple[int, int]:
    lines = LINE_BREAK.split(text)
    return first + len(lines), len(lines[-1]) + 1


def fixed_text(data: bytes, findings: Sequence[Finding], *, unsafe: bool) -> bytes:
    """A file with the fixes of its findings applied; overlapping ones wait.

    `unsafe` also applies fixes that may change what the program means. Encoding, byte
    order mark, line ends and a notebook's other content stay.

    Raises:
        Unreadable: the file can't be decoded.
    """
    by_cell: dict[int | None, list[Fix]] = {}
    for finding in findings:
        fix = finding.fix
        if fix is not None and (unsafe or fix.applicability == "safe"):
            by_cell.setdefault(finding.cell, []).append(fix)
    if not by_cell:
        return data
    if None in by_cell:
        text = apply(decode(data), by_cell[None])
        return text.encode(encoding_of(data))
    return _fixed_notebook(data, by_cell)


def apply(text: str, fixes: Iterable[Fix]) -> str:
    """A text after these fixes; one that touches an earlier one is left out."""
    starts = [0]
    for line in LINE_BREAK.split(text):
        starts.append(starts[-1] + len(line))

    def offset(line: int, column: int) -> int:
        # A text that changed since may be shorter than its findings say.
        at = starts[line - 1] + column - 1 if line < len(starts) else len(text)
        return min(at, len(text))

    taken: list[tuple[int, int, str]] = []
    for fix in fixes:
        spans = [
            (start, max(start, offset(e.end_line, e.end_column)), e.content)
            for e in fix.edits
            for start in [offset(e.line, e.column)]
        ]
        new = [span for span in spans if span not in taken]
        if not any(_touches(a, b) for a in new for b in taken):
            taken += new
    for start, end, content in sorted(taken, reverse=True):
        text = text[:start] + content + text[end:]
    return text


def _touches(a: tuple[int, int, str], b: tuple[int, int, str]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _text(path: str, data: bytes, cell: int | None) -> str:
    if cell is None:
        return decode(data)
    return _cell_source(json.loads(decode(data))["cells"][cell - 1])


def _cell_source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _fixed_notebook(data: bytes, by_cell: Mapping[int | None, list[Fix]]) -> bytes:
    from pyguard_kernel.notebook_lines import source_strings

    text = decode(data)
    cells = source_strings(text)
    # From the end, so that what is before stays where it is.
    for number, strings in reversed([*enumerate(cells, 1)]):
        if number in by_cell:
            text = _fixed_cell(text, strings, by_cell[number])
    return text.encode(encoding_of(data))


def _fixed_cell(
    text: str, strings: Sequence[re.Match[str]], fixes: Iterable[Fix]
) -> str:
    """A notebook's JSON with one cell's source mended, and not a byte else changed."""
    from pyguard_kernel.notebook_lines import text_of

    old = [text_of(string) for string in strings]
    source = apply("".join(old), fixes)
    before = text[: strings[0].start()].rstrip()
    is_list = before.endswith("[")
    new = re.findall(r"[^\n]*\n|[^\n]+", source) or [""] if is_list else [source]
    if new == old:
        return text
    # What is rewritten: from `head` pieces after the start to `tail` before the end.
    shortest = min(len(old), len(new))
    head = 0
    while head < shortest - 1 and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shortest - 1 - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    comma = "," + (text[len(before) : strings[0].start()] or " ")
    if len(strings) > 1:
        comma = text[strings[0].end() : strings[1].start()]
    pieces = [
        json.dumps(piece, ensure_ascii=text.isascii())
        for piece in new[head : len(new) - tail]
    ]
    start, end = strings[head].start(), strings[len(old) - 1 - tail].end()
    return text[:start] + comma.join(pieces) + text[end:]
