"""Where control goes: how a block can end, and what a function itself runs."""

from __future__ import annotations

import ast

from pyguard_kernel.values import NamedTuple
from pyguard_kernel.walk import push_children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Literal

    from pyguard_kernel.source import SourceFile

type Function = ast.FunctionDef | ast.AsyncFunctionDef

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_CATCH_ALL = {"builtins.BaseException", "builtins.Exception"}
_SUPPRESS = "contextlib.suppress"
# Calls that never come back.
_STOPS = {
    "builtins.exit",
    "builtins.quit",
    "os._exit",
    "os.abort",
    "pytest.fail",
    "pytest.skip",
    "sys.exit",
    "typing.assert_never",
    "typing_extensions.assert_never",
}
_NEVER = {"typing.NoReturn", "typing.Never", "typing_extensions.NoReturn",
          "typing_extensions.Never"}  # fmt: skip


type Kind = Literal["fall", "return", "raise", "break", "continue", "stop"]

_LEAVES: dict[type[ast.stmt], Kind] = {
    ast.Return: "return",
    ast.Raise: "raise",
    ast.Break: "break",
    ast.Continue: "continue",
}


# The word in a text; where a pattern begins with letters, they are found first.
ASYNC = r"async\b(?<!\wasync)"


class Exit(NamedTuple):
    """One way out of a block.

    `node` is the statement that leaves; None where control falls off the block's end.
    A call that never returns (`sys.exit()`) leaves as "stop".
    """

    kind: Kind
    node: ast.stmt | None = None


_FALL = Exit("fall")


# -- ways out of a block ---------------------------------------------------------


def exits(file: SourceFile, block: Iterable[ast.stmt]) -> set[Exit]:
    """Every way out of a block that its statements show.

    That any call may raise is taken for granted and isn't an exit; a loop's own
    `break` and `continue` stay inside. An empty set means that it never ends.
    """
    found = {_FALL}
    for statement in block:
        if _FALL not in found:
            break  # what follows is never reached
        found.discard(_FALL)
        found |= _statement(file, statement)
    return found


def falls_through(file: SourceFile, block: Iterable[ast.stmt]) -> bool:
    """Whether control can run off the end of a block."""
    return _FALL in exits(file, block)


def always_raises(file: SourceFile, block: Iterable[ast.stmt]) -> bool:
    """Whether every way out of a block is a `raise`, of whatever exception."""
    return all(way.kind == "raise" for way in exits(file, block))


def always_reraises(file: SourceFile, handler: ast.ExceptHandler) -> bool:
    """Whether every way out of a handler raises again what it caught."""
    return all(is_reraise(file, handler, w.node) for w in exits(file, handler.body))


def is_reraise(
    file: SourceFile, handler: ast.ExceptHandler, node: ast.AST | None
) -> bool:
    """Whether a statement raises again what this handler caught.

    `raise`, `raise e`, `raise e.with_traceback(...)`, also by another name of e.
    """
    if not isinstance(node, ast.Raise):
        return False
    if node.exc is None:
        return handler_around(file, node) is handler
    match node.exc:
        case ast.Call(func=ast.Attribute(value=raised, attr="with_traceback")):
            return is_caught(file, handler, raised)
    return is_caught(file, handler, node.exc)


def is_caught(file: SourceFile, handler: ast.ExceptHandler, node: ast.expr) -> bool:
    """Whether an expression is the exception that this handler caught, by any name."""
    if handler.name is None or not isinstance(node, ast.Name):
        return False
    node = file.names.value(node)
    return isinstance(node, ast.Name) and any(
        binding.node is handler for binding in file.names.bindings(node)
    )


def _statement(file: SourceFile, node: ast.stmt) -> set[Exit]:
    kind = _LEAVES.get(type(node))
    if kind is not None:
        return {Exit(kind, node)}
    match node:
        case ast.If():
            return exits(file, node.body) | exits(file, node.orelse)
        case ast.While() | ast.For() | ast.AsyncFor():
            return _loop(file, node)
        case ast.With() | ast.AsyncWith():
            return _with(file, node)
        case ast.Try() | ast.TryStar():
            return _try(file, node)
        case ast.Match():
            return _match(file, node)
        case ast.Expr(value=value) if _never_returns(file, value):
            return {Exit("stop", node)}
    return {_FALL}


def _loop(file: SourceFile, node: ast.While | ast.For | ast.AsyncFor) -> set[Exit]:
    body = exits(file, node.body)
    found = {way for way in body if way.kind in {"return", "raise", "stop"}}
    if not (isinstance(node, ast.While) and _is_true(node.test)):
        found |= exits(file, node.orelse)
    if any(way.kind == "break" for way in body):
        found.add(_FALL)
    return found


def _with(file: SourceFile, node: ast.With | ast.AsyncWith) -> set[Exit]:
    found = exits(file, node.body)
    if any(file.names.called(item.context_expr) == _SUPPRESS for item in node.items):
        found.add(_FALL)
    return found


def _try(file: SourceFile, node: ast.Try | ast.TryStar) -> set[Exit]:
    found = exits(file, node.body)
    if any(catches_all(file, handler) for handler in node.handlers):
        found = {way for way in found if way.kind != "raise"}
    if _FALL in found:
        found.discard(_FALL)
        found |= exits(file, node.orelse)
    for handler in node.handlers:
        found |= exits(file, handler.body)
    last = exits(file, node.finalbody)
    if _FALL not in last:
        return last  # a finally that leaves takes the place of every other way
    return found | (last - {_FALL})


def _match(file: SourceFile, node: ast.Match) -> set[Exit]:
    found: set[Exit] = set()
    for case in node.cases:
        found |= exits(file, case.body)
    last = node.cases[-1]
    open_ended = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
    if last.guard is not None or not open_ended:
        found.add(_FALL)
    return found


def _never_returns(file: SourceFile, node: ast.expr) -> bool:
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return False
    if file.names.canonical(node.func) in _STOPS:
        return True
    function = file.names.definition(node.func)
    return (
        isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and file.names.canonical(function.returns) in _NEVER
    )


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


# -- handlers --------------------------------------------------------------------


def caught_types(handler: ast.ExceptHandler) -> Sequence[ast.expr]:
    """The types that a handler names, a tuple's one by one; none for `except:`."""
    if handler.type is None:
        return ()
    if isinstance(handler.type, ast.Tuple):
        return handler.type.elts
    return (handler.type,)


def catches_all(file: SourceFile, handler: ast.ExceptHandler) -> bool:
    """Whether a handler takes every error: bare, or of (Base)Exception."""
    if handler.type is None:
        return True
    return any(
        file.names.canonical(caught) in _CATCH_ALL for caught in caught_types(handler)
    )


def handler_around(file: SourceFile, node: ast.AST) -> ast.ExceptHandler | None:
    """The nearest handler, in the same function, in whose body a node runs."""
    child = node
    for above in _within_function(file, node):
        if isinstance(above, ast.ExceptHandler) and child in above.body:
            return above
        child = above
    return None


def tries_around(file: SourceFile, node: ast.AST) -> Iterator[ast.Try | ast.TryStar]:
    """The `try` statements whose handlers see what a node raises, nearest first.

    Those of the same function whose `body` holds the node: handlers, `else` and
    `finally` aren't protected by their own `try`.
    """
    child = node
    for above in _within_function(file, node):
        if isinstance(above, ast.Try | ast.TryStar) and child in above.body:
            yield above
        child = above


def _within_function(file: SourceFile, node: ast.AST) -> Iterator[ast.AST]:
    for above in file.ancestors(node):
        if isinstance(above, _FUNCTIONS):
            return
        yield above


def loop_around(
    file: SourceFile, node: ast.AST
) -> ast.For | ast.AsyncFor | ast.While | None:
    """The nearest loop, in the same function, whose `body` runs a node."""
    child = node
    for above in _within_function(file, node):
        if isinstance(above, _LOOPS) and child in above.body:
            return above
        child = above
    return None


# -- what a function itself runs -------------------------------------------------


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """All that runs when a function's (or module's) body runs, in the file's order.

    What nested functions and lambdas hold runs at another time and is left out; their
    decorators and defaults run here, and so do class bodies and comprehensions. Given
    a statement, the statement itself comes first.
    """
    if isinstance(scope, ast.Lambda):
        yield from _run(scope.body)
    elif isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
        for statement in scope.body:
            yield from _run(statement)
    else:
        yield from _run(scope)


def own_statements(scope: ast.AST) -> Iterator[ast.stmt]:
    """The statements among `own_nodes`."""
    return (node for node in own_nodes(scope) if isinstance(node, ast.stmt))


def _run(node: ast.AST) -> Iterator[ast.AST]:
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, _FUNCTIONS):
            stack.extend(reversed([*_run_by(current)]))
        else:
            push_children(current, stack)


def _run_by(
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
) -> Iterator[ast.AST]:
    """What runs where a function is defined."""
    if not isinstance(function, ast.Lambda):
        yield from function.decorator_list
    yield from function.args.defaults
    yield from (d for d in function.args.kw_defaults if d is not None)
