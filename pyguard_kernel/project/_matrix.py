"""The interpreters that GitHub's workflows set up: inputs, and the matrices behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_FILES = (".github/workflows/*.yml", ".github/workflows/*.yaml")
_SETUP = re.compile(r"[\w.-]+/setup-(?:python|uv|miniconda|micromamba)@.*")
_EXPRESSION = re.compile(r"\$\{\{\s*(?P<where>matrix|env)\.(?P<way>[\w.-]+)\s*\}\}")


def interpreters(tree: Tree) -> Iterator[tuple[str, Place]]:
    """Each version that is asked for, as it is written, once for each place."""
    seen: set[Place] = set()
    for workflow in tree.each(tree.matching(*_FILES), tree.yaml):
        jobs = workflow.get("jobs")
        for _, job in jobs.items() if jobs is not None else ():
            steps = job.get("steps")
            for step in steps.elements() if steps is not None else ():
                uses = step.get("uses")
                asked = step.get("with", "python-version")
                if asked is None or uses is None or not _SETUP.fullmatch(uses.text):
                    continue
                for node in _behind(asked, workflow, job, step):
                    for written, place in _lines(tree, node):
                        if place not in seen:
                            seen.add(place)
                            yield written, place


def _behind(asked: Node, workflow: Node, job: Node, step: Node) -> Iterator[Node]:
    """The nodes that hold what is asked for: behind `${{ matrix.python }}` they are."""
    found = _EXPRESSION.fullmatch(asked.text.strip())
    if found is None:
        yield asked
        return
    way = found["way"].split(".")
    if found["where"] == "env":
        named = (holder.get("env", *way) for holder in (step, job, workflow))
        yield from [node for node in named if node is not None][:1]
        return
    matrix = job.get("strategy", "matrix")
    if matrix is None:
        return
    listed = matrix.get(way[0])
    included = matrix.get("include")
    rows = included.elements() if included is not None else ()
    chosen = listed.elements() if listed is not None else ()
    for node in (*chosen, *(n for row in rows if (n := row.get(way[0])) is not None)):
        deeper = node.get(*way[1:])
        if deeper is not None:
            yield deeper


def _lines(tree: Tree, node: Node) -> Iterator[tuple[str, Place]]:
    """The versions that a node holds; a number as it is written, for 3.10 isn't 3.1."""
    if isinstance(node.value, str):
        for number, line in enumerate(node.value.split("\n")):
            if line.strip():
                yield line.strip(), node.line(number)
    elif isinstance(node.value, float | int):
        row, start, _, end = node.span
        yield tree.text(node.path).split("\n")[row - 1][start - 1 : end - 1], node.place
