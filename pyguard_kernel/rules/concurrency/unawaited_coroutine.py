"""Coroutine functions called as a statement: what they make is dropped unrun."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from pyguard_kernel.model import CrossFile, Level, Reference, Rule
from pyguard_kernel.rules.concurrency._coroutines import LIBRARY
from pyguard_kernel.rules.concurrency._definitions import Definitions
from pyguard_kernel.rules.concurrency._hierarchy import SUPER, Known
from pyguard_kernel.walk import below

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.model import FarHit, Joined
    from pyguard_kernel.source import SourceFile


def facts(file: SourceFile) -> Any:
    """What the file defines, and its calls that stand as statements.

    functions: canonical names of coroutine functions; classes: canonical name ->
    [bases, method -> whether it is one]; calls: [target, span, in a coroutine, code].
    """
    defined = Definitions(file)
    calls = [
        [target, list(file.span(call)), file.coroutine(call) is not None,
         file.code(call.func)]
        for statement in below(file.tree, ast.Expr)
        for call in _dropped(statement.value)
        if (target := _target(call.func, file))
        and defined.may_be_coroutine(target)
        and not defined.is_replaced(call)
    ]  # fmt: skip
    functions = [name for name, gives in defined.functions.items() if gives]
    if not (calls or functions or defined.classes):
        return None
    return {"functions": functions, "classes": defined.classes, "calls": calls}


def _dropped(node: ast.expr) -> Iterator[ast.Call]:
    """The calls whose results a statement of this expression throws away."""
    match node:
        case ast.Call():
            yield node
        case ast.IfExp(body=body, orelse=orelse):
            yield from _dropped(body)
            yield from _dropped(orelse)
        case ast.BoolOp(values=[*_, last]):
            yield from _dropped(last)
        case ast.ListComp(elt=element):
            yield from _dropped(element)


def _target(function: ast.expr, file: SourceFile) -> str | None:
    """What a call calls, where that may be a coroutine function."""
    if isinstance(function, ast.Attribute):
        owner = file.enclosing(function, ast.ClassDef)
        inner = function.value
        if owner is not None and file.names.called(inner) == "builtins.super":
            return f"{SUPER}{file.names.qualified(owner)}.{function.attr}"
        if owner is not None and isinstance(inner, ast.Name) and inner.id == "cls":
            return f"{file.names.qualified(owner)}.{function.attr}"
    name = file.names.canonical(function)
    if name is None or name in LIBRARY:
        return name
    return None if name.partition(".")[0] in sys.stdlib_module_names else name


def wanted(facts: Mapping[str, Any]) -> Iterator[str]:
    """The coroutine functions, and the classes that have some."""
    for drawn in facts.values():
        yield from drawn["functions"]
        for name, (_, methods) in drawn["classes"].items():
            if any(methods.values()):
                yield name


def join(joined: Joined) -> Iterator[FarHit]:
    """Calls whose target, in whatever file, is a coroutine function."""
    known = Known(joined)
    for path, drawn in joined.facts.items():
        for target, span, inside, code in drawn["calls"]:
            if known.is_coroutine(target):
                remedy = (
                    "write `await` before it, or keep a task of it"
                    if inside
                    else "await it in a coroutine, or give it to asyncio.run"
                )
                yield path, tuple(span), (
                    f"`{code}` is a coroutine function, so this call only makes a"
                    f" coroutine and drops it: nothing of it runs; {remedy}"
                )  # fmt: skip


RULE = Rule(
    code="PG303",
    level=Level.ALWAYS,
    statements=("3.1.4",),
    summary="Await every coroutine that you make, or keep a task of it.",
    why=(
        "Calling an `async def` function runs nothing of it: it makes a coroutine, and"
        " only an await or a task runs that. Dropped, the mail isn't sent and the row"
        " isn't written, while the code around goes on as if they were. Python says so"
        " once, in a RuntimeWarning on standard error, when the garbage collector comes"
        " by; no exception, no failing test. Whoever calls a method that became"
        " `async def` in another file gets the same, unseen."
    ),
    references=(
        Reference(
            "asyncio: Detect never-awaited coroutines",
            "https://docs.python.org/3/library/asyncio-dev.html#detect-never-awaited-coroutines",
            "2026-11-23",
        ),
        Reference(
            "asyncio: Awaitables",
            "https://docs.python.org/3/library/asyncio-task.html#awaitables",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        CrossFile(
            facts, join, (b"async", b"Async", b"aiohttp", b"trio"), wanted=wanted
        ),
    ),
    fix="yes",
)
