"""Whose a cancellation is, and whether a clause that takes it passes it on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import (
    exits,
    handler_around,
    is_caught,
    is_reraise,
    own_nodes,
)
from pyguard_kernel.rules.exceptions._handlers import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.flow import Exit
    from pyguard_kernel.source import SourceFile

_CANCELLED = {"asyncio.CancelledError", "trio.Cancelled",
              "anyio.get_cancelled_exc_class"}  # fmt: skip
_TAKES = {*_CANCELLED, "builtins.BaseException"}
# A handler that asks one of these tells its own cancellation from another's.
_ASKS = {"cancelled", "cancelling", "uncancel"}
# These wait for what they are given, and end with it.
_WAIT_FOR = {"asyncio.gather", "asyncio.shield", "asyncio.timeout", "asyncio.wait",
             "asyncio.wait_for", "builtins.list", "builtins.tuple"}  # fmt: skip


def cancels(caught: ast.expr, file: SourceFile) -> bool:
    """Whether a class in an `except` clause is (or is above) a cancellation."""
    return (named(caught, file) or file.names.called(caught)) in _TAKES


def passes_on(handler: ast.ExceptHandler, file: SourceFile) -> bool:
    """Whether a clause that takes a cancellation raises it again on every path."""
    ways = exits(file, handler.body)
    return (
        all(_is_passing(way, handler, file) for way in ways)
        or any(_is_guard(handler, i, file) for i in range(len(handler.body)))
        or any(_asks(statement) for statement in handler.body)
        or _is_raised_later(handler, file)
    )


def _is_passing(way: Exit, handler: ast.ExceptHandler, file: SourceFile) -> bool:
    if way.kind == "stop" or is_reraise(file, handler, way.node):
        return True
    if not isinstance(way.node, ast.Raise):
        return False
    if handler_around(file, way.node) is not handler:
        return True  # the cleaning up itself failed
    raised = way.node.exc
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return named(raised, file) in _CANCELLED


def _is_guard(handler: ast.ExceptHandler, place: int, file: SourceFile) -> bool:
    """Whether an `if isinstance(e, ...)` sends a cancellation to where it is raised."""
    statement, *rest = handler.body[place:]
    if not isinstance(statement, ast.If):
        return False
    test, positive = statement.test, True
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, positive = test.operand, False
    match test:
        case ast.Call(args=[error, kinds]) if is_caught(file, handler, error):
            types = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
        case _:
            return False
    matches = any(cancels(kind, file) for kind in types)
    branch = statement.body if matches == positive else statement.orelse
    ways = exits(file, [*branch, *rest])
    return all(is_reraise(file, handler, way.node) for way in ways)


def _asks(statement: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in _ASKS
        for node in own_nodes(statement)
    )


def _is_raised_later(handler: ast.ExceptHandler, file: SourceFile) -> bool:
    """Whether the caught exception is kept under a name that is raised afterwards."""
    function = file.coroutine(handler)
    kept = {
        target.id
        for node in own_nodes(handler)
        if isinstance(node, ast.Assign) and is_caught(file, handler, node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return bool(kept) and any(
        isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Name)
        and node.exc.id in kept
        for node in own_nodes(function or handler)
    )


def waits_for_cancelled(block: Iterable[ast.stmt], file: SourceFile) -> bool:
    """Whether everything awaited in a block is a task cancelled in this function."""
    awaited = [
        node.value
        for statement in block
        for node in own_nodes(statement)
        if isinstance(node, ast.Await)
    ]
    if not awaited:
        return False
    cancelled = set(_cancelled(file, awaited[0]))
    return all(
        cancelled.intersection(_spellings(task, file))
        for value in awaited
        for task in _tasks(value, file)
    )


def _cancelled(file: SourceFile, inside: ast.AST) -> Iterator[str]:
    """What `.cancel()` is called on in the function around a node."""
    for node in own_nodes(file.coroutine(inside) or file.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=task, attr="cancel")):
                yield from _spellings(task, file)


def _tasks(value: ast.expr, file: SourceFile) -> Iterator[ast.expr]:
    """The tasks that an awaited expression waits for (or the expression itself)."""
    if isinstance(value, ast.Starred):
        yield from _tasks(value.value, file)
    elif isinstance(value, ast.List | ast.Tuple | ast.Set):
        for element in value.elts:
            yield from _tasks(element, file)
    elif isinstance(value, ast.Call) and value.args:
        if file.names.canonical(value.func) not in _WAIT_FOR:
            yield value
        elif file.names.canonical(value.func) == "asyncio.wait_for":
            yield from _tasks(value.args[0], file)
        else:
            for argument in value.args:
                yield from _tasks(argument, file)
    else:
        yield value


def _spellings(task: ast.expr, file: SourceFile) -> Iterator[str]:
    """How a task is written here: itself, and the collections that it is taken from."""
    yield ast.unparse(task)
    match task:
        case ast.Call(func=ast.Attribute(value=mapping, attr="values"), args=[]):
            yield ast.unparse(mapping)
    if isinstance(task, ast.NamedExpr):
        yield task.target.id
        yield from _spellings(task.value, file)
    if isinstance(task, ast.Name):
        for binding in file.names.bindings(task):
            if binding.value is None or binding.kind not in {"loop", "assign"}:
                continue
            if isinstance(binding.value, ast.Name | ast.Attribute):
                yield ast.unparse(binding.value)
            elif binding.kind == "loop":
                yield from _sources(binding.value)


def _sources(iterated: ast.expr) -> Iterator[str]:
    """The collections that a loop runs over, through copies and `.values()`."""
    for node in ast.walk(iterated):
        if isinstance(node, ast.Name | ast.Attribute):
            yield ast.unparse(node)
