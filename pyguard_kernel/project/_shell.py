"""A script's text as commands: what is really called, and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place
from pyguard_kernel.project._commands import Command
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._node import Node
from pyguard_kernel.project._runners import unwrapped
from pyguard_kernel.project._shell_calls import Shell, calls
from pyguard_kernel.project._soft import soft

if TYPE_CHECKING:
    from collections.abc import Callable

    type Spot = Callable[[int], tuple[int, int]]

__all__ = ["Shell", "commands_in", "ends", "lines_from"]

# `bash -c "bash -c '...'"` and so on.
_DEEPEST = 6


def commands_in(
    text: str,
    where: Callable[[int], Place] | Node | Place,
    *,
    source: str = "",
    shell: Shell | None = None,
    toothless: str = "",
    via: tuple[Place, ...] = (),
    keeps: bool = False,
) -> list[Command]:
    """The commands of a script, in their order.

    `where` gives the place where a line of the text begins (lines from 0), or is one
    place for all, or the node that holds the text; then `source`, the text of the
    node's file, makes columns exact. `shell` says how the shell is set; by default as
    `bash -e` is. `toothless` says why nothing of this script fails anything.

    With `keeps`, `shell` is left as the script leaves it, for the next script.

    What runs another program is left out in favour of that program (`uv run ruff` is
    `ruff`); where both matter (`coverage run -m pytest`, `docker run IMAGE ...`), both
    are given.
    """
    if isinstance(where, Node):
        path, spot = where.path, _spot_in(text, where, source)
    elif not isinstance(where, Place):
        path, spot = where(0).path, _spot_by_lines(text, where)
    found: list[Command] = []
    shell = shell if shell is not None else Shell()
    for call in calls(text, shell if keeps else shell.copy()):
        if isinstance(where, Place):
            place = where
        else:
            start, end = spot(call.start), spot(max(call.start, call.end - 1))
            place = Place(path, (*start, end[0], end[1] + 1))
        base = Command(
            call.words,
            call.words,
            place,
            via,
            toothless or call.toothless,
            call.env,
            call.folder,
        )
        found += ends(base)
    return found


def ends(base: Command, depth: int = 0) -> list[Command]:
    """What a call comes to: the programs behind runners and in inner scripts."""
    found: list[Command] = []
    for end in unwrapped(base.words):
        env = {**base.env, **end.env}
        folder = joined(base.folder, end.folder) if end.folder else base.folder
        if end.script is None:
            why = base.toothless or soft(end.words)
            found.append(
                Command(end.words, base.written, base.place, base.via, why, env, folder)
            )
        elif depth < _DEEPEST:
            inner = Shell(errexit=end.errexit, folder=folder, env=env)
            for call in calls(end.script, inner):
                why = base.toothless or call.toothless
                deeper = Command(
                    call.words,
                    call.words,
                    base.place,
                    base.via,
                    why,
                    call.env,
                    call.folder,
                )
                found += ends(deeper, depth + 1)
    return found


def lines_from(path: str, first: int = 1, column: int = 1) -> Callable[[int], Place]:
    """Where the lines of a text begin that begins there, as `commands_in` asks it."""

    def where(number: int) -> Place:
        line, start = first + number, 1 if number else column
        return Place(path, (line, start, line, start))

    return where


def _spot_by_lines(text: str, place_of_line: Callable[[int], Place]) -> Spot:
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def spot(offset: int) -> tuple[int, int]:
        number = bisect_right(starts, offset) - 1
        line, column = place_of_line(number).span[:2]
        return line, column + offset - starts[number]

    return spot


def _spot_in(text: str, node: Node, source: str) -> Spot:
    """Offsets of a node's value, found again in the text of its file, word by word."""
    if not source:
        return _spot_by_lines(text, node.line)
    starts = [0, *(match.end() for match in re.finditer("\n", source))]
    line, column, last_line, _ = node.span
    first = node.text_line or line
    at = starts[min(first, len(starts)) - 1] + (column - 1 if first == line else 0)
    stop = starts[last_line] if last_line < len(starts) else len(source)
    words: list[int] = []
    places: list[int] = []
    for match in re.finditer(r"\S+", text):
        found = source.find(match[0], at, stop)
        words.append(match.start())
        places.append(found if found >= 0 else at)
        if found >= 0:
            at = found + len(match[0])

    def spot(offset: int) -> tuple[int, int]:
        index = bisect_right(words, offset) - 1
        place = places[index] + offset - words[index] if index >= 0 else at
        number = bisect_right(starts, place)
        return number, place - starts[number - 1] + 1

    return spot
