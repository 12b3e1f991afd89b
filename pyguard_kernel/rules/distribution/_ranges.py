"""What a dependency asks for, what is wrong with that, and the range it should have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit

if TYPE_CHECKING:
    from pyguard_kernel.model import Place
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.dependencies import Dependency

# Versions that are dates have no major: certifi 2026 is no other interface than 2025.
_FIRST_YEAR = 1990
_DATED = frozenset({"certifi", "pytz", "tzdata"})

_CLAUSE = re.compile(r"(===|~=|==|!=|<=|>=|<|>)\s*[^\s,;)]+")
_PIN = re.compile(r"(?:===?|=|^)\s*v?(\d[^\s,;)]*)")
_NAMED = re.compile(r"\s*[\w.-]+\s*(?:\[[^]]*\])?")

_NO_END = (
    "has no upper bound: the day its next major comes out, new installations get it"
    " untried; end before it"
)


class Range:
    """What one dependency asks for, and what it should."""

    def __init__(self, dependency: Dependency, locked: str) -> None:
        asked = dependency.requirement
        self.place: Place = asked.place
        self.written = asked.written
        self.poetry = dependency.form == "poetry"
        self.shown = (
            f"{asked.name} = {asked.written!r}" if self.poetry else self.written
        )
        self.shown = self.shown.partition(";")[0].strip()
        self._bounds = asked.bounds
        self._dated = asked.name in _DATED or _major(asked.bounds.lower) >= _FIRST_YEAR
        self._lower = (asked.bounds.lower or locked).partition("+")[0]
        self._end = _major(max(self._lower, locked, key=_major)) + 1

    @property
    def fault(self) -> str:
        """What is wrong with it, empty for nothing."""
        if self._bounds.pinned:
            return (
                "allows one version: whoever needs another one can't install both;"
                " allow the versions that work"
            )
        open_above = not (self._bounds.upper or self._dated)
        if self._bounds.lower:
            return _NO_END if open_above else ""
        if self._bounds.upper:
            return (
                "has no lower bound: releases of years ago count as good; name the"
                " lowest that works"
            )
        if open_above:
            return (
                "allows every version, as old or as new as can be: name the lowest"
                " that works, and end before the next major"
            )
        return ""  # any release of tzdata will do

    @property
    def better(self) -> str:
        """The same requirement with a range, empty where it can't be told."""
        lower, end = self._lower, f"<{self._end}"
        if not lower or "!" in lower or "||" in self.written:
            return ""
        full = f">={lower}" if self._dated else f">={lower},{end}"
        head, semicolon, marker = self.written.partition(";")
        clauses = list(_CLAUSE.finditer(head))
        if self._bounds.pinned:
            head = _PIN.sub(full, head, count=1)
        elif self._bounds.lower:
            at = clauses[-1].end()
            head = f"{head[:at]},{end}{head[at:]}"
        elif clauses:
            at = clauses[0].start()
            more = "" if self._bounds.upper or self._dated else f",{end}"
            head = f"{head[:at]}>={lower},{head[at:]}"
            head = head.rstrip() + more
        else:
            named = None if self.poetry else _NAMED.match(head)
            at = len(named[0].rstrip()) if named else 0
            rest = "" if self.poetry else head[at:]
            head = head[:at] + full + rest
        return head + semicolon + marker

    def edit(self, tree: Tree) -> Edit | None:
        """Replaces what is written by the range, within its line."""
        line, column, end_line, end = self.place.span
        text = tree.text(self.place.path).split("\n")[line - 1]
        last = (
            end - 1 if (end_line, end) > (line, column) and end_line == line else None
        )
        at = text[:last].find(self.written, column - 1)
        better = self.better
        if at < 0 or not self.written or not better:
            return None
        return Edit(line, at + 1, line, at + 1 + len(self.written), better)


def _major(version: str) -> int:
    number = re.search(r"\d+", version)
    return int(number[0]) if number else 0
