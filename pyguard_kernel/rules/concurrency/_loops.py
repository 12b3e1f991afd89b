"""Whether the steps of a loop need each other: order, pace, values carried along."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.flow import loop_around, own_nodes
from pyguard_kernel.io_calls import awaited, shortened
from pyguard_kernel.scopes import COMPREHENSIONS, targets_of
from pyguard_kernel.time_limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.source import SourceFile

# A loop with one of these may end early, or hands out its answers one by one.
_LEAVES = (ast.Break, ast.Return, ast.Yield, ast.YieldFrom)
# Calls that keep an order or a pace.
_PACING = {"acquire", "commit", "drain", "limit", "sleep", "throttle", "transaction",
           "wait"}  # fmt: skip
# Context managers that keep neither; another one may be a lock or a limiter.
_FREE = LIMITS | {
    "aiohttp.ClientSession",
    "builtins.open",
    "contextlib.suppress",
    "httpx.AsyncClient",
    "httpx.Client",
    "requests.Session",
}
_BINDS = (ast.Assign, ast.AnnAssign, ast.NamedExpr)


class Loop(NamedTuple):
    """A `for`: its target, what it runs over, and what it runs each time."""

    target: ast.expr
    iterable: ast.expr
    body: list[ast.AST]


def loop_of(file: SourceFile, node: ast.AST) -> Loop | None:
    """The `for` (also of a comprehension) that runs a node once an item."""
    for above in file.ancestors(node):
        if isinstance(above, COMPREHENSIONS):
            return _comprehension(above, node)
        if isinstance(above, ast.stmt):
            break
    loop = loop_around(file, node)
    if not isinstance(loop, ast.For) or _is_short(loop.iter):
        return None
    return Loop(loop.target, loop.iter, [*loop.body])


def _comprehension(
    above: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, node: ast.AST
) -> Loop | None:
    # A generator's consumer may stop after any item.
    if isinstance(above, ast.GeneratorExp) or len(above.generators) != 1:
        return None
    first = above.generators[0]
    if first.is_async or any(n is node for n in ast.walk(first)):
        return None
    parts = [above.key, above.value] if isinstance(above, ast.DictComp) else [above.elt]
    return None if _is_short(first.iter) else Loop(first.target, first.iter, [*parts])


def _is_short(iterable: ast.expr) -> bool:
    return isinstance(iterable, ast.List | ast.Tuple | ast.Set) and (
        len(iterable.elts) < 2
        and not any(isinstance(e, ast.Starred) for e in iterable.elts)
    )


def is_of_the_item(node: ast.Call, loop: Loop) -> bool:
    """Whether the call is made from the loop's item, directly or by way of names."""
    derived = targets_of(loop.target)
    for inner in _nodes(loop):
        if not isinstance(inner, _BINDS) or inner.value is None:
            continue
        if derived & _names(inner.value):
            targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
            derived = derived.union(*map(targets_of, targets))
    return bool(derived & _names(node))


def is_ordered(file: SourceFile, loop: Loop, node: ast.Call) -> bool:
    """Whether the loop may end early, or keeps an order or a pace."""
    own = [*_nodes(loop)]
    return any(isinstance(n, _LEAVES) for n in own) or is_paced(file, own, node)


def is_paced(
    file: SourceFile, nodes: Iterable[ast.AST], spared: ast.AST | None = None
) -> bool:
    """Whether nodes sleep, lock or limit; `spared` is a call that does neither."""
    for node in nodes:
        if isinstance(node, ast.Call) and node is not spared:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in _PACING:
                return True
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if item.context_expr is not spared and not _is_free(file, item):
                    return True
    return False


def _is_free(file: SourceFile, item: ast.withitem) -> bool:
    entered = item.context_expr
    if not isinstance(entered, ast.Call):
        return False
    if getattr(entered.func, "attr", "") == "open":  # a file's, whoever gives it
        return True
    if awaited(file, entered) is not None:
        return True
    name = shortened(file.names.canonical(entered.func))
    return name in _FREE or name.startswith(
        ("aiohttp.", "httpx.", "requests.", "urllib.")
    )


def is_carried(file: SourceFile, loop: Loop, node: ast.Call) -> bool:
    """Whether what the call is made from, or hangs on, changes from step to step."""
    own = [*_nodes(loop)]
    inside = set(own)
    changed = {path for n in own if n is not node for path in _changed(n, node)}
    queue: list[ast.AST] = [node]
    queue += [
        n.test
        for n in own
        if isinstance(n, ast.If | ast.While | ast.IfExp) and _at(n) < _at(node)
    ]
    seen: set[ast.AST] = set()
    while queue:
        part = queue.pop()
        if part in seen:
            continue
        seen.add(part)
        if any(_overlap(path, used) for used in _paths(part) for path in changed):
            return True
        for use in ast.walk(part):
            if isinstance(use, ast.Name) and isinstance(use.ctx, ast.Load):
                for binding in file.names.bindings(use):
                    if binding.node not in inside:
                        continue
                    if binding.kind == "augmented" or _at(binding.node) >= _at(use):
                        return True
                    if binding.value is not None:
                        queue.append(binding.value)
    return False


def _nodes(loop: Loop) -> Iterator[ast.AST]:
    for part in loop.body:
        yield from own_nodes(part)


def _changed(node: ast.AST, call: ast.Call) -> Iterator[str]:
    """Dotted paths that a statement may change: `x.y` by `x.y[k] = 1`, `x.y.add(1)`."""
    path = ""
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            path = _path(node)
        case ast.Subscript(ctx=ast.Store() | ast.Del(), value=value):
            path = _path(value)
        case ast.Expr(
            value=ast.Await(value=ast.Call(func=ast.Attribute(value=value)) as changing)
            | (ast.Call(func=ast.Attribute(value=value)) as changing)
        ) if changing is not call:
            path = _path(value)
    if path:
        yield path


def _paths(node: ast.AST) -> set[str]:
    return {path for n in ast.walk(node) if (path := _path(n))}


def _path(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := _path(node.value)):
        return f"{base}.{node.attr}"
    return ""


def _overlap(changed: str, used: str) -> bool:
    return changed == used or used.startswith(changed + ".")


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _at(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
