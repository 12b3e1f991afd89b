"""Tasks whose failure nobody sees."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.gathering import starts_task
from pyguard_kernel.model import Level, Reference, Ruff, Rule, Tree
from pyguard_kernel.rules.concurrency._watching import Watching, handles_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Diagnostic, Hit
    from pyguard_kernel.source import SourceFile

_DROPPED = (
    "nobody holds this task: it may vanish midway, and what it raises is never seen:"
    " start it in a TaskGroup, or keep it and await it"
)


def judge(_diagnostic: Diagnostic, _file: SourceFile) -> str:
    """Every RUF006 is meant."""
    return _DROPPED


def find(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """Tasks that are dropped, or kept where no use of them can see the exception."""
    if not node.args or not starts_task(file, node):
        return
    if Watching(file).watched(node):
        return
    if isinstance(file.parent(node), ast.Expr | ast.Lambda):
        yield node, _DROPPED
    elif not handles_all(node.args[0], file):
        yield (
            node,
            "this task is kept, but never awaited, so nobody sees what it raises: await"
            " it, start it in a TaskGroup, or read `exception()` in a done callback",
        )


RULE = Rule(
    code="PG304",
    level=Level.MUST,
    statements=("3.2.1",),
    summary="See to it that somebody reads the exception of every task.",
    why=(
        "An exception in a task waits in the task until somebody asks. Where nobody"
        " does, the work has silently stopped: the queue isn't drained, the cache isn't"
        " refreshed, and the service looks well. asyncio mentions it when the task is"
        " collected as garbage, which may be hours later or, for a task that is kept,"
        " never. Keeping tasks in a set with a `discard` callback, as asyncio's own"
        " documentation shows, saves them from collection, but reads no exception."
    ),
    references=(
        Reference(
            "asyncio.create_task",
            "https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task",
            "2026-11-23",
        ),
        Reference(
            "asyncio: Detect never-retrieved exceptions",
            "https://docs.python.org/3/library/asyncio-dev.html"
            "#detect-never-retrieved-exceptions",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Ruff(("RUF006",), judge),
        Tree((ast.Call,), find, (b"create_task", b"ensure_future")),
    ),
    fix="no",
)
