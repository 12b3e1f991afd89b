"""Small edits of commands, at the places where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Place

if TYPE_CHECKING:
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree


def appended(tree: Tree, run: Run, text: str) -> tuple[Edit, ...]:
    """Options at a command's end; nothing where it isn't written out there."""
    written = getattr(run.source, "written", ())
    path, (_, _, line, column) = run.place
    if not written or not tree.has(path):
        return ()
    lines = tree.text(path).split("\n")
    first, start = run.place.span[:2]
    if line > len(lines) or not lines[first - 1][start - 1 :].startswith(written[0]):
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


def last_line(lines: list[str], node: Node, depth: int = 0) -> int:
    """The last line of a YAML block, from 1.

    Blank lines behind it are none of its own, nor comments that stand at `depth` or
    less. The parser ends a block where the next one begins.
    """
    first, _, last, column = node.span
    if last > len(lines) or not lines[last - 1][: column - 1].strip():
        last -= 1
    while last > first:
        line = lines[last - 1]
        indent = len(line) - len(line.lstrip())
        if line.strip() and not (line.lstrip().startswith("#") and indent <= depth):
            break
        last -= 1
    return last


def holds(lines: list[str], node: Node, place: Place) -> bool:
    """Whether a YAML block has this place within."""
    return place.path == node.path and node.span[0] <= place.span[0] <= last_line(
        lines, node
    )


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
