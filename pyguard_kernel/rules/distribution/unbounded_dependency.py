"""Dependencies of a library without a range: no lower bound, no upper one, or a pin."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Edit,
    Evidence,
    Fault,
    Fix,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place, Said
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.dependencies import Dependencies, Dependency
    from pyguard_kernel.project.kind import Kind
    from pyguard_kernel.project.metadata import Metadata

# Versions that are dates have no major: certifi 2026 is no other interface than 2025.
_FIRST_YEAR = 1990
_DATED = frozenset({"certifi", "pytz", "tzdata"})

_CLAUSE = re.compile(r"(===|~=|==|!=|<=|>=|<|>)\s*[^\s,;)]+")
_PIN = re.compile(r"(?:===?|=|^)\s*v?(\d[^\s,;)]*)")
_NAMED = re.compile(r"\s*[\w.-]+\s*(?:\[[^]]*\])?")


def find(
    tree: Tree,
    kind: Kind,
    dependencies: Dependencies,
    metadata: Metadata | None = None,
) -> Iterator[Said]:
    """One fault a line, with what the range should be."""
    if not kind.is_library:
        yield Skip(f"ranges are for libraries; this is an {kind}")
        return
    said = metadata.version if metadata else None
    own = {f"=={said.text}"} if said else set()
    judged = [
        one
        for one in dependencies.of("main", "extra")
        if one.requirement.valid
        and not (one.development or one.requirement.url)
        and one.requirement.name not in dependencies.siblings
        # Packages of one release ask for one another by its version.
        and one.requirement.specifier not in own
    ]
    if not judged:
        yield Skip("the library declares no dependencies")
        return
    ranges = [_Range(one, "") for one in judged]
    wrong = sorted((r for r in ranges if r.fault), key=lambda r: r.place)
    for _, group in groupby(wrong, key=lambda r: (r.place.path, r.place.span[0])):
        yield _fault(tree, list(group))
    if not wrong:
        count = f"all {len(judged)} dependencies have"
        if len(judged) == 1:
            count = "the one dependency has"
        yield Evidence(ranges[0].place, f"{count} a lower and an upper bound")


class _Range:
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
                "allows one version: who needs another one can't install both; allow"
                " the versions that work"
            )
        open_above = not (self._bounds.upper or self._dated)
        if self._bounds.lower:
            return _NO_END if open_above else ""
        if open_above:
            return (
                "allows every version, as old or as new as can be: name the lowest"
                " that works, and end before the next major"
            )
        return (
            "has no lower bound: releases of years ago count as good; name the lowest"
            " that works"
        )

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


_NO_END = (
    "has no upper bound: the day its next major comes out, new installations get it"
    " untried; end before it"
)


def _fault(tree: Tree, wrong: list[_Range]) -> Fault:
    first = wrong[0]
    example = f": `{first.better}`" if first.better else ", e.g. `>=X.Y,<NEXT_MAJOR`"
    others = ", ".join(f"`{one.shown}`" for one in wrong[1:])
    more = f" (nor is {others} a range)" if others else ""
    message = f"`{first.shown}` {first.fault}{example}{more}"
    edits = [edit for one in wrong if (edit := _edit(tree, one)) is not None]
    fix = Fix("unsafe", "Ask for a range", tuple(edits))
    return Fault(first.place, message, fix=fix if len(edits) == len(wrong) else None)


def _edit(tree: Tree, one: _Range) -> Edit | None:
    """Replaces what is written by the range, within its line."""
    line, column, end_line, end = one.place.span
    text = tree.text(one.place.path).split("\n")[line - 1]
    last = end - 1 if (end_line, end) > (line, column) and end_line == line else None
    at = text[:last].find(one.written, column - 1)
    if at < 0 or not one.written or not one.better:
        return None
    return Edit(line, at + 1, line, at + 1 + len(one.written), one.better)


def _major(version: str) -> int:
    number = re.search(r"\d+", version)
    return int(number[0]) if number else 0


RULE = Rule(
    code="PG607",
    level=Level.MUST,
    statements=("6.3.5",),
    summary="Give each dependency of a library a lower bound and an upper one.",
    why=(
        "A library is installed beside packages that it has never met. Without a lower"
        " bound the installer may choose a release that lacks what you call; without an"
        " upper one, yesterday's release of yours breaks when a dependency's next major"
        " comes out, and no upload of today repairs it. A `==` pin does the opposite"
        " harm: two libraries that pin one package differently can't be installed"
        " together at all. Ranges are for libraries; applications pin, or have a lock."
    ),
    references=(
        Reference(
            "PyPA: Version specifiers",
            "https://packaging.python.org/en/latest/specifications/version-specifiers/",
            "2026-11-23",
        ),
        Reference(
            "PyPA: install_requires vs requirements files",
            "https://packaging.python.org/en/latest/discussions/install-requires-vs-requirements/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
