"""What a call hands to a thread, and the function behind it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyguard_kernel.source import SourceFile

_POOLS = {
    "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.thread.ThreadPoolExecutor",
    "multiprocessing.dummy.Pool",
    "multiprocessing.pool.ThreadPool",
}
POOL_METHODS = {"apply", "apply_async", "imap", "imap_unordered", "map", "map_async",
                 "starmap", "submit"}  # fmt: skip
_BY_FIRST = {"asyncio.to_thread", "anyio.to_thread.run_sync"}
_FUNCTIONS = (ast.FunctionDef, ast.Lambda)


def handed_to_thread(call: ast.Call, file: SourceFile) -> ast.expr | None:
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
    if call.func.attr in POOL_METHODS and call.args:
        return call.args[0] if file.names.type_of(call.func.value) in _POOLS else None
    return None


def function_behind(
    handed: ast.expr, file: SourceFile
) -> ast.FunctionDef | ast.Lambda | None:
    """What is run: through a partial, or a lambda that only calls it."""
    if isinstance(handed, ast.Call):
        if file.names.canonical(handed.func) != "functools.partial":
            return None
        return function_behind(handed.args[0], file) if handed.args else None
    if isinstance(handed, ast.Lambda) and isinstance(handed.body, ast.Call):
        inner = function_behind(handed.body.func, file)
        return handed if inner is None else inner
    if isinstance(handed, ast.Lambda):
        return handed
    function = file.names.definition(handed)
    return function if isinstance(function, _FUNCTIONS) else None
