"""Operations that stand or fall together, run without a TaskGroup."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import tries_around
from pyguard_kernel.gathering import (
    cancels_after,
    elements,
    is_gather,
    starts_task,
    use,
)
from pyguard_kernel.model import Level, Reference, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.scopes import Binding
    from pyguard_kernel.source import SourceFile

_COPIES = {"builtins.list", "builtins.tuple", "builtins.reversed"}


def find_gather(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """Calls of gather that the decision table of `gathering` gives to this rule."""
    if node.args and is_gather(file, node) and use(file, node) == "together":
        yield (
            node,
            "if one of these operations fails, the others keep running with nobody to"
            " await them: start them in an `async with asyncio.TaskGroup()`",
        )


def find_loop(node: ast.Await, file: SourceFile) -> Iterator[Hit]:
    """`await task` for each task of a list: the first failure leaves the rest alone."""
    if not isinstance(node.value, ast.Name):
        return
    bindings = file.names.bindings(node.value)
    if len(bindings) != 1 or bindings[0].kind != "loop":
        return
    tasks = _iterated(node.value.id, bindings[0], file)
    if not isinstance(tasks, ast.Name) or not _holds_tasks(tasks, file):
        return
    tries = [t for t in tries_around(file, node) if t.handlers]
    if any(bindings[0].node in file.ancestors(block) for block in tries):
        return  # each failure is handled by itself
    if not cancels_after(file, node):
        yield (
            node,
            f"if one of `{tasks.id}` fails, the ones not awaited yet keep running with"
            " nobody to await them: start them in an `async with asyncio.TaskGroup()`",
        )


def _iterated(name: str, loop: Binding, file: SourceFile) -> ast.expr | None:
    """The collection whose elements (a mapping's values) a loop gives to this name."""
    whole = isinstance(getattr(loop.node, "target", None), ast.Name)
    match loop.value:
        case ast.Call(func=ast.Attribute(value=mapping, attr="values"), args=[]):
            return mapping if whole else None
        case ast.Call(func=ast.Attribute(value=mapping, attr="items"), args=[]):
            match getattr(loop.node, "target", None):
                case ast.Tuple(elts=[_, ast.Name(id=second)]) if second == name:
                    return mapping
        case ast.Call(func=function, args=[copied]) if whole:
            return copied if file.names.canonical(function) in _COPIES else None
    return loop.value if whole else None


def _holds_tasks(tasks: ast.Name, file: SourceFile) -> bool:
    """Whether a name stands for several tasks that nobody watches."""
    found = elements(file, tasks)
    made = file.names.value(tasks)
    if isinstance(made, ast.List | ast.Tuple) and len(made.elts) == len(found) == 1:
        return False
    return bool(found) and all(starts_task(file, element) for element in found)


RULE = Rule(
    code="PG201",
    level=Level.MUST,
    statements=("2.1.1", "3.1.1"),
    summary="Run operations that stand or fall together in an asyncio.TaskGroup.",
    why=(
        "When one operation in `asyncio.gather` fails, the caller gets the exception"
        " and the others go on: orphans that hold connections, write to closed files"
        " and charge cards for an order that has failed already. Their own failures"
        " are lost. Tasks awaited one after the other are worse: a failure in the last"
        " isn't even seen before all earlier ones have ended. A TaskGroup cancels the"
        " siblings, waits for them, and raises every failure there was. Where the"
        " operations are independent, PG305 is the rule to read."
    ),
    references=(
        Reference(
            "asyncio: Task Groups",
            "https://docs.python.org/3/library/asyncio-task.html#task-groups",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Tree((ast.Call,), find_gather, (b"gather",)),
        Tree((ast.Await,), find_loop, (b"create_task", b"ensure_future")),
    ),
    fix="no",
)
