"""Whether a clause that takes a cancellation passes it on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import (
    caught_types,
    exits,
    handler_around,
    is_caught,
    is_reraise,
    own_nodes,
)
from pyguard_kernel.rules.exceptions._handlers import named

if TYPE_CHECKING:
    from pyguard_kernel.flow import Exit
    from pyguard_kernel.source import SourceFile

_CANCELLED = {"asyncio.CancelledError", "trio.Cancelled",
              "anyio.get_cancelled_exc_class"}  # fmt: skip
_TAKES = {*_CANCELLED, "builtins.BaseException"}
# A handler that asks one of these tells its own cancellation from another's.
_ASKS = {"cancelled", "cancelling", "uncancel"}


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
        or _is_within_one_that_passes_on(handler, file)
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


def _is_within_one_that_passes_on(handler: ast.ExceptHandler, file: SourceFile) -> bool:
    """Whether this cleans up in a clause that has a cancellation to pass on already."""
    outer = handler_around(file, handler)
    return (
        outer is not None
        and any(cancels(caught, file) for caught in caught_types(outer))
        and passes_on(outer, file)
    )


def _asks(statement: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in _ASKS
        for node in own_nodes(statement)
    )


def _is_raised_later(handler: ast.ExceptHandler, file: SourceFile) -> bool:
    """Whether the caught exception is kept under a name that is raised afterwards."""
    kept: set[str] = set()
    for node in own_nodes(handler):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                kept |= {name} if is_caught(file, handler, value) else set()
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[value]):
                kept |= {name} if is_caught(file, handler, value) else set()
    function = file.coroutine(handler)
    raised = [n for n in own_nodes(function or handler) if isinstance(n, ast.Raise)]
    return any(
        isinstance(node, ast.Name) and node.id in kept
        for statement in raised
        for node in ast.walk(statement)
    )
