"""A coroutine that takes the cancellation meant to end it, and goes on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import ASYNC, caught_types, exits, own_nodes
from pyguard_kernel.model import Level, Reference, Rule, Tree
from pyguard_kernel.rules.exceptions._awaiting import waits_for_others
from pyguard_kernel.rules.exceptions._cancelling import cancels, passes_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile

_LEAVING = (ast.Return, ast.Break, ast.Continue)
_WAITS = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield)


def find_handlers(node: ast.Try | ast.TryStar, file: SourceFile) -> Iterator[Hit]:
    """The clause that takes a cancellation, where some path doesn't pass it on."""
    taking = next((h for h in node.handlers if _takes(h, file)), None)
    if taking is None or file.coroutine(node) is None:
        return
    if not _waits(node.body) or waits_for_others(node.body, file):
        return
    if not passes_on(taking, file):
        caught = f"except {file.code(taking.type)}" if taking.type else "except:"
        yield (
            taking,
            f"`{caught}` takes the cancellation of this coroutine, and not every path"
            " raises it again: clean up, then `raise`",
        )


def find_suppress(node: ast.With, file: SourceFile) -> Iterator[Hit]:
    """`with suppress(CancelledError)` around something that waits."""
    for item in node.items:
        call = item.context_expr
        if not isinstance(call, ast.Call):
            continue
        if file.names.canonical(call.func) != "contextlib.suppress":
            continue
        if not any(cancels(arg, file) for arg in call.args):
            continue
        if file.coroutine(node) is None or not _waits(node.body):
            continue
        if not waits_for_others(node.body, file):
            yield (
                call,
                "this drops the cancellation of the coroutine itself, which then goes"
                " on: suppress only what the awaited operation raises",
            )


def find_finally(node: ast.Try | ast.TryStar, file: SourceFile) -> Iterator[Hit]:
    """`return`, `break` and `continue` that leave a `finally`."""
    inside = (n for statement in node.finalbody for n in own_nodes(statement))
    if not any(isinstance(n, _LEAVING) for n in inside) or not file.coroutine(node):
        return
    before = [*node.body, *node.orelse, *(s for h in node.handlers for s in h.body)]
    if not _waits(before):
        return
    for kind, statement in exits(file, node.finalbody):
        if statement is not None and kind in {"return", "break", "continue"}:
            yield (
                statement,
                f"`{kind}` in `finally` drops whatever is being raised, a"
                " cancellation too: leave after the `try` statement instead",
            )


def _takes(handler: ast.ExceptHandler, file: SourceFile) -> bool:
    if handler.type is None:
        return True
    types = caught_types(handler)
    if isinstance(types[0], ast.Name):  # a tuple may have a name of its own
        value = file.names.value(types[0])
        types = value.elts if isinstance(value, ast.Tuple) else types
    return any(cancels(caught, file) for caught in types)


def _waits(block: Iterable[ast.stmt]) -> bool:
    """Whether a block has a place where a cancellation can arrive."""
    return any(
        isinstance(node, _WAITS)
        or (isinstance(node, ast.comprehension) and node.is_async)
        for statement in block
        for node in own_nodes(statement)
    )


RULE = Rule(
    code="PG203",
    level=Level.NEVER,
    statements=("2.1.3", "3.2.3"),
    summary="Pass a cancellation on: clean up, then raise it again.",
    why=(
        "asyncio cancels a task by raising CancelledError in it, once. A coroutine that"
        " takes it and goes on can't be cancelled: timeouts around it never end,"
        " TaskGroups wait for ever, and shutting down hangs until somebody kills the"
        " process. Whoever waits can't tell the difference between done and stopped"
        " either. Clean up in the handler (or better in `finally`), then `raise`."
        " Waiting for a task that you have cancelled yourself is another matter: the"
        " error that comes back is that task's, and it ends there."
    ),
    references=(
        Reference(
            "asyncio: Task Cancellation",
            "https://docs.python.org/3/library/asyncio-task.html#task-cancellation",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Tree((ast.Try, ast.TryStar), find_handlers, (b"async",), ASYNC),
        Tree((ast.With,), find_suppress, (b"suppress",)),
        Tree((ast.Try, ast.TryStar), find_finally, (b"async",), ASYNC),
    ),
    fix="yes",
)
