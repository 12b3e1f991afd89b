"""Blocking calls one call deep: a coroutine calls a plain function that blocks."""

from __future__ import annotations

import ast
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from pyguard_kernel.flow import own_nodes
from pyguard_kernel.io_calls import FOR_THREADS, blocking
from pyguard_kernel.walk import Walker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.model import FarHit, Joined
    from pyguard_kernel.source import SourceFile

_HARMLESS = {"builtins.classmethod", "builtins.staticmethod"}
_ELSEWHERE = sys.stdlib_module_names | {"builtins"}


def facts(file: SourceFile) -> Any:
    """`blocks`: function -> [what it does, code]; `calls`: [function, code, span]."""
    if file.is_test:
        return None
    found: dict[str, Any] = {"blocks": {}, "calls": []}
    asynchronous = b"async" in file.data
    for _, node in _calls().walk(file.tree, file):
        what = blocking(file, node)
        if what is not None and what != FOR_THREADS:
            _note_helper(file, node, what, found["blocks"])
        if what is None and asynchronous and file.coroutine(node) is not None:
            name = _target(file, node)
            if name is not None and not isinstance(file.parent(node), ast.Await):
                call = [name, file.code(node.func), list(file.span(node))]
                found["calls"].append(call)
    return found if found["blocks"] or found["calls"] else None


@cache
def _calls() -> Walker:
    """Gathers every call of a tree; far cheaper than ast.walk."""
    return Walker({ast.Call: [(0, lambda node, _: (node,))]})


def _note_helper(
    file: SourceFile, call: ast.Call, what: str, blocks: dict[str, Any]
) -> None:
    """Note the function around a blocking call, where calling it runs the call."""
    function = file.function(call)
    if not isinstance(function, ast.FunctionDef):
        return
    name = file.names.qualified(function)
    if (
        name not in blocks
        and all(file.names.canonical(d) in _HARMLESS for d in function.decorator_list)
        and not any(
            isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(function)
        )
    ):
        blocks[name] = [what, file.code(call.func)]


def _target(file: SourceFile, call: ast.Call) -> str | None:
    """The project's function that a call may mean, by its canonical name."""
    function = file.names.definition(call.func)
    if isinstance(function, ast.FunctionDef):
        return file.names.qualified(function)
    if function is not None:
        return None
    name = file.names.canonical(call.func)
    if name is None or name.partition(".")[0] in _ELSEWHERE:
        return None
    return name


def sought(facts: Mapping[str, Any]) -> Iterator[str]:
    """The functions that coroutines call, and that may block."""
    for path_facts in facts.values():
        yield from (name for name, _, _ in path_facts["calls"])


def join(joined: Joined) -> Iterator[FarHit]:
    """Calls in coroutines of functions that block, wherever these are defined."""
    blocks: dict[str, Any] = {}
    for path_facts in joined.facts.values():
        blocks |= path_facts["blocks"]
    for path, path_facts in joined.facts.items():
        for name, code, span in path_facts["calls"]:
            helper = joined.definition(name, blocks)
            if helper is not None:
                what, by = blocks[helper]
                yield (
                    path,
                    tuple(span),
                    f"`{code}()` {what} (it calls `{by}()`), and the event loop stands"
                    f" still meanwhile: `await asyncio.to_thread({code}, ...)`",
                )
