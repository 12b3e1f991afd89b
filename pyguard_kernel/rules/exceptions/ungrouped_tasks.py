"""Operations that stand or fall together, run without a TaskGroup."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import tries_around
from pyguard_kernel.gathering import cancels_after, is_gather, starts_task, use
from pyguard_kernel.model import Level, Reference, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.scopes import Binding
    from pyguard_kernel.source import SourceFile

_COPIES = {"builtins.list", "builtins.tuple", "builtins.reversed"}
_ADDS = {"append", "add", "appendleft"}


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
    """Whether a name's single value is a collection of tasks that nobody watches."""
    made = file.names.value(tasks)
    match made:
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return starts_task(file, made.elt)
        case ast.DictComp():
            return starts_task(file, made.value)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) if elements:
            started = [starts_task(file, file.names.value(e)) for e in elements]
            return len(started) > 1 and all(started)
        case ast.List() | ast.Set() | ast.Call() | ast.Dict():
            return _is_filled(tasks, file)
    return False


def _is_filled(tasks: ast.Name, file: SourceFile) -> bool:
    """Whether tasks are put one after the other into a collection that began empty."""
    function = file.function(tasks)
    for name in file.names.uses.get(tasks.id, ()):
        if file.function(name) is not function:
            continue
        parent = file.parent(name)
        match parent, file.parent(parent) if parent is not None else None:
            case ast.Attribute(attr=attr), ast.Call(args=[element]) if attr in _ADDS:
                if starts_task(file, file.names.value(element)):
                    return True
            case ast.Subscript(), ast.Assign(value=element):
                if starts_task(file, file.names.value(element)):
                    return True
    return False


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
