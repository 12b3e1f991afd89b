"""Small edits of commands, at the places where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Place

if TYPE_CHECKING:
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree


def appended(tree: Tree, run: Run, text: str) -> tuple[Edit, ...]:
    """Options at a command's end; nothing where it isn't written out there."""
    written = getattr(run.source, "written", ())
    path, (_, _, line, column) = run.place
    if not written or not tree.has(path):
        return ()
    lines = tree.text(path).split("\n")
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    if not before.rstrip("\"'").endswith(written[-1].rstrip("\"'")):
        return ()
    return (Edit(line, column, line, column, f" {text}"),)


def after(tree: Tree, place: Place, word: str, text: str) -> tuple[Edit, ...]:
    """A text behind the first of these words at a place."""
    found = _found(tree, place, re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])"))
    if found is None:
        return ()
    line, match = found
    at = match.end() + 1
    return (Edit(line, at, line, at, text),)


def replaced(tree: Tree, place: Place, pattern: str, text: str) -> tuple[Edit, ...]:
    """The first group of a pattern on a place's lines, replaced."""
    line, _, last, end = place.span
    whole = Place(place.path, (line, 1, last, end))
    found = _found(tree, whole, re.compile(pattern))
    if found is None:
        return ()
    line, match = found
    return (Edit(line, match.start(1) + 1, line, match.end(1) + 1, text),)


def _found(
    tree: Tree, place: Place, pattern: re.Pattern[str]
) -> tuple[int, re.Match[str]] | None:
    if not tree.has(place.path):
        return None
    lines = tree.text(place.path).split("\n")
    first, column, last, _ = place.span
    for number in range(first, min(last, len(lines)) + 1):
        start = column - 1 if number == first else 0
        if match := pattern.search(lines[number - 1], start):
            return number, match
    return None
