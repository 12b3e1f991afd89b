"""What takes a gate's teeth, where that stands, and how it goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fix
from pyguard_kernel.rules.ci._edits import holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree

_SWALLOWED = re.compile(
    r"[ \t]*\|\|[ \t]*(?:true|:|exit 0)(?=[ \t]*(?:#.*)?$|[ \t]*\n)"
)
_ENDED = re.compile(r"[ \t]*;[ \t]*(?:true|:|exit 0)(?=[ \t]*(?:#.*)?$|[ \t]*\n)")
_OPTION = re.compile(r"`(--?[\w-]+(?:[= ]\w+)?)`")
_CONTINUE = "continue-on-error"


def culprit(run: Run) -> Place:
    """Where a gate loses its teeth: at its own line, or where that is called from."""
    why = run.toothless
    soft = {command.place for command in run.job.commands if command.toothless == why}
    soft |= {action.place for action in run.job.actions if action.toothless == why}
    return next((place for place in run.source.via if place in soft), run.place)


def teeth_back(tree: Tree, run: Run) -> Fix | None:
    """A fix that takes away what makes the gate pass always, where that is plain."""
    place = culprit(run)
    edits = _fixes(tree, run, place)
    return (
        Fix("unsafe", f"Take {run.toothless} away", edits, place.path)
        if edits
        else None
    )


def _fixes(tree: Tree, run: Run, place: Place) -> tuple[Edit, ...]:
    if not tree.has(place.path):
        return ()
    if _CONTINUE in run.toothless:
        return tuple(_continued(tree, place, run.job.name))
    first, _, last, end = place.span
    lines = tree.text(place.path).split("\n")
    pattern = {"`||": _SWALLOWED, "`; ": _ENDED}.get(run.toothless[:3])
    if pattern is not None and last <= len(lines):
        match = pattern.search(lines[last - 1], max(end - 1, 0))
        return (_cut(last, match),) if match else ()
    if option := _OPTION.fullmatch(run.toothless):
        word = re.compile(rf"[ \t]+{re.escape(option[1])}(?=[\s\"',]|$)")
        for number in range(first, min(last, len(lines)) + 1):
            if match := word.search(lines[number - 1]):
                return (_cut(number, match),)
    return ()


def _cut(line: int, match: re.Match[str]) -> Edit:
    return Edit(line, match.start() + 1, line, match.end() + 1, "")


def _continued(tree: Tree, place: Place, job: str) -> Iterator[Edit]:
    """The lines `continue-on-error: true` of the step at a place, and of its job."""
    if not place.path.endswith((".yml", ".yaml")):
        return
    held = tree.yaml(place.path).get("jobs", job)
    steps = held.get("steps") if held else None
    listed = steps.elements() if steps else ()
    lines = tree.text(place.path).split("\n")
    around = [step for step in listed if holds(lines, step, place)]
    for table in [*around, *([held] if held and around else [])]:
        node = table.get(_CONTINUE)
        if node is not None and node.key is not None and "false" not in node.text:
            yield from _line(tree, node, table)


def _line(tree: Tree, node: Node, table: Node) -> Iterator[Edit]:
    """Take a whole line away; one that begins a step keeps its dash."""
    line = node.key[0] if node.key else 0
    text = tree.text(node.path).split("\n")
    before = text[line - 1][: (node.key or node.span)[1] - 1]
    if not before.strip():
        yield Edit(line, 1, line + 1, 1, "")
    elif before.strip() == "-" and len(table.value) > 1 and line < len(text):
        column = len(text[line]) - len(text[line].lstrip()) + 1
        yield Edit(line, len(before) + 1, line + 1, column, "")
