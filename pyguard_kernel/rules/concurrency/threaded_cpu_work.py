"""Threads given plain Python to compute, which the interpreter runs one at a time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.cpu_work import (
    LOOP_TYPES,
    counts,
    is_few,
    is_plain_python,
    recurses,
    sorts_or_matches,
)
from pyguard_kernel.flow import own_nodes
from pyguard_kernel.model import Level, Reference, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile

_NEEDLES = (b"Thread", b"threading", b"to_thread", b"run_in_executor",
            b"multiprocessing")  # fmt: skip
_POOLS = {
    "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.thread.ThreadPoolExecutor",
    "multiprocessing.dummy.Pool",
    "multiprocessing.pool.ThreadPool",
}
_POOL_METHODS = {"apply", "apply_async", "imap", "imap_unordered", "map", "map_async",
                 "starmap", "submit"}  # fmt: skip
_BY_FIRST = {"asyncio.to_thread", "anyio.to_thread.run_sync"}
_LASTS = _POOL_METHODS | {"Thread", "to_thread", "run_sync", "run_in_executor"}
_FUNCTIONS = (ast.FunctionDef, ast.Lambda)


def find(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """`pool.map(f, ...)` and its kind, where f of this file only computes."""
    if getattr(node.func, "attr", "Thread") not in _LASTS or file.is_test:
        return
    handed = _handed(node, file)
    if handed is None or "_is_gil_enabled" in file.text:
        return
    function = _function(handed, file)
    work = _work(function, file) if function is not None else None
    if work is None:
        return
    yield (
        node,
        f"`{file.code(handed)}` only computes{_where(work, file)}, and the"
        " interpreter's lock lets one thread compute at a time: threads make it no"
        " faster; use ProcessPoolExecutor, or vectorize it",
    )


def _where(work: ast.AST, file: SourceFile) -> str:
    if isinstance(work, ast.FunctionDef):
        return ", calling itself"
    if isinstance(work, ast.For):
        return f", in its loop over `{file.code(work.iter)}`"
    return ""


def _handed(call: ast.Call, file: SourceFile) -> ast.expr | None:
    """The function that a call hands to a thread."""
    name = file.names.canonical(call.func)
    if name in {"threading.Thread", "threading.thread.Thread"}:
        given = [k.value for k in call.keywords if k.arg == "target"]
        return next(iter((*given, *call.args[1:2])), None)
    if name in _BY_FIRST:
        return call.args[0] if call.args else None
    if not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr == "run_in_executor" and len(call.args) > 1:
        pool = call.args[0]
        default = isinstance(pool, ast.Constant) and pool.value is None
        return call.args[1] if default or file.names.type_of(pool) in _POOLS else None
    if call.func.attr in _POOL_METHODS and call.args:
        return call.args[0] if file.names.type_of(call.func.value) in _POOLS else None
    return None


def _function(
    handed: ast.expr, file: SourceFile
) -> ast.FunctionDef | ast.Lambda | None:
    """What is run: through a partial, or a lambda that only calls it."""
    if isinstance(handed, ast.Call):
        if file.names.canonical(handed.func) != "functools.partial":
            return None
        return _function(handed.args[0], file) if handed.args else None
    if isinstance(handed, ast.Lambda) and isinstance(handed.body, ast.Call):
        inner = _function(handed.body.func, file)
        return handed if inner is None else inner
    if isinstance(handed, ast.Lambda):
        return handed
    function = file.names.definition(handed)
    return function if isinstance(function, _FUNCTIONS) else None


def _work(
    function: ast.FunctionDef | ast.Lambda, file: SourceFile, depth: int = 2
) -> ast.FunctionDef | ast.expr | ast.stmt | None:
    """The loop or recursion that takes a function's time, if it only computes."""
    if not is_plain_python(file, function):
        return None
    if isinstance(function, ast.FunctionDef) and recurses(file, function):
        return function
    for node in own_nodes(function):
        if (
            isinstance(node, LOOP_TYPES)
            and not is_few(file, node)
            and not (
                isinstance(node, ast.While) and isinstance(node.test, ast.Constant)
            )
            and (
                counts(node)
                or sorts_or_matches(file, node)
                or _hands_on(node, file, depth)
            )
        ):
            return node
    return None


def _hands_on(loop: ast.AST, file: SourceFile, depth: int) -> bool:
    """Whether a loop calls another function of this file that computes."""
    return depth > 0 and any(
        isinstance(node, ast.Call)
        and isinstance(function := file.names.definition(node.func), ast.FunctionDef)
        and _work(function, file, depth - 1) is not None
        for node in ast.walk(loop)
    )


RULE = Rule(
    code="PG309",
    level=Level.MUST,
    statements=("3.3.2",),
    summary="Give computation to processes, not to threads.",
    why=(
        "CPython runs Python code of one thread at a time. Four threads that compute"
        " share one core: the work takes as long as in one thread, or longer, while the"
        " other cores idle and the bill stays. The threads also take turns with those"
        " that answer requests, which get slower. Processes have an interpreter each"
        " and use every core. Threads serve where the work waits, or where compiled"
        " code lets the lock go: NumPy, hashing and compression of large data. On a"
        " free-threaded build the rule doesn't apply."
    ),
    references=(
        Reference(
            "concurrent.futures: ProcessPoolExecutor",
            "https://docs.python.org/3/library/concurrent.futures.html#processpoolexecutor",
            "2026-11-23",
        ),
        Reference(
            "Glossary: global interpreter lock",
            "https://docs.python.org/3/glossary.html#term-global-interpreter-lock",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Tree((ast.Call,), find, _NEEDLES),),
)
