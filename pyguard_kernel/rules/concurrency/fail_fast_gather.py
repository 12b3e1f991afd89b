"""`asyncio.gather` whose results are handled one by one, and lost at one failure."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.gathering import is_gather, use
from pyguard_kernel.model import Level, Reference, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile


def find(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """Calls of gather that the decision table of `gathering` gives to this rule."""
    if node.args and is_gather(file, node) and use(file, node) == "each":
        yield (
            node,
            "the results are handled one by one, but one failure here loses them all:"
            " pass `return_exceptions=True` and tell results from exceptions",
        )


RULE = Rule(
    code="PG305",
    level=Level.MUST,
    statements=("3.2.2",),
    summary="Gather independent operations with `return_exceptions=True`.",
    why=(
        "Plain `asyncio.gather` raises the first failure and gives no results: of a"
        " hundred pages fetched, one bad one costs you the other ninety-nine. The"
        " operations that hadn't ended keep running, and whatever they return or raise"
        " goes nowhere. Where each result is handled by itself, ask for exceptions as"
        " results, and decide one by one. Don't forget that second half: an exception"
        " in the list is silent until somebody looks at it."
    ),
    references=(
        Reference(
            "asyncio.gather",
            "https://docs.python.org/3/library/asyncio-task.html#asyncio.gather",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Tree((ast.Call,), find, (b"gather",)),),
    fix="yes",
)
