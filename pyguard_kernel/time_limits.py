"""Whether an awaited call ends in time: a limit around it, on it or on its client."""

from __future__ import annotations

import ast
from math import inf

from pyguard_kernel.callers import mentions, passed
from pyguard_kernel.io_calls import shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.io_calls import Wait
    from pyguard_kernel.source import SourceFile

# A default longer than this is no limit that its caller meant.
LONGEST_DEFAULT = 60.0

# What limits the time of all that it holds, in `with` or as a call around.
LIMITS = {
    "anyio.fail_after",
    "anyio.move_on_after",
    "async_timeout.timeout",
    "async_timeout.timeout_at",
    "asyncio.timeout",
    "asyncio.timeout_at",
    "asyncio.wait_for",
    "trio.fail_after",
    "trio.fail_at",
    "trio.move_on_after",
    "trio.move_on_at",
}

# Objects that hold several limits -> the arguments that limit a whole answer.
_BUNDLES = {
    "aiohttp.ClientTimeout": ("total", "sock_read"),
    "httpx.Timeout": ("timeout", "read"),
}

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_DEPTH = 3


def is_limited(file: SourceFile, node: ast.AST) -> bool:
    """Whether a limit holds this node in its own function, or in all that call it."""
    return _around(file, node) or _by_callers(file, node, _DEPTH)


def own_limit(file: SourceFile, call: ast.Call, wait: Wait) -> float:
    """The seconds after which a call gives up by itself; `inf` for never.

    As its arguments say, or what made its client, or the library. 0 where a limit is
    given: which one doesn't matter.
    """
    given = _argument(call, wait.keywords, wait.position)
    if given is not None:
        return inf if _no_limit(file, given, wait.zero_is_endless) else 0
    if _has_unknown_arguments(call):
        return 0
    if isinstance(call.func, ast.Attribute):
        for maker in makers(file, call.func.value):
            given = _argument(maker, wait.maker, None)
            if given is not None:
                return inf if _no_limit(file, given, zero_is_endless=False) else 0
            if _has_unknown_arguments(maker):
                return 0
    return inf if wait.default is None else wait.default


def makers(file: SourceFile, node: ast.expr) -> Iterator[ast.Call]:
    """The calls that an object may come from, nearest first.

    Followed through names, parameters, `self.x`, `with` and `await`: for a connection
    that a pool lends, its `acquire()` and then what made the pool.
    """
    queue, seen = [node], set[int]()
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        match current:
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                queue.append(value)
            case ast.Call(func=func):
                yield current
                if isinstance(func, ast.Attribute):
                    queue.append(func.value)
            case ast.Name():
                found = file.names.bindings(current)
                queue += [b.value for b in found if b.value is not None]
                for binding in found:
                    if isinstance(binding.node, ast.arg):
                        queue += passed(file, binding.node)
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                found = file.names.attribute_bindings(current)
                queue += [b.value for b in found if b.value is not None]


def _argument(
    call: ast.Call, keywords: tuple[str, ...], position: int | None
) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg in keywords:
            return keyword.value
    if position is not None and position < len(call.args):
        return call.args[position]
    return None


def _has_unknown_arguments(call: ast.Call) -> bool:
    return any(keyword.arg is None for keyword in call.keywords)


def _no_limit(file: SourceFile, node: ast.expr, zero_is_endless: bool) -> bool:
    """Whether a value given as a limit means to wait for ever."""
    node = file.names.value(node)
    if isinstance(node, ast.Constant):
        return node.value is None or (zero_is_endless and node.value == 0)
    if isinstance(node, ast.Call):
        limiting = _BUNDLES.get(shortened(file.names.canonical(node.func)))
        if limiting is not None and not _has_unknown_arguments(node):
            given = [
                *node.args[:1],
                *(k.value for k in node.keywords if k.arg in limiting),
            ]
            return all(_no_limit(file, value, zero_is_endless=False) for value in given)
    return False


def _around(file: SourceFile, node: ast.AST) -> bool:
    child = node
    for above in file.ancestors(node):
        if isinstance(above, _FUNCTIONS):
            return isinstance(above, _FUNCTIONS[:2]) and any(
                "timeout" in file.code(decorator).lower()
                for decorator in above.decorator_list
            )
        if isinstance(above, ast.With | ast.AsyncWith):
            items = above.items
            if isinstance(child, ast.withitem):
                items = items[: items.index(child)]
            if any(_limits(file, item.context_expr) for item in items):
                return True
        elif isinstance(above, ast.Call) and child is not above.func:
            if _limits(file, above):
                return True
        child = above
    return False


def _limits(file: SourceFile, node: ast.expr) -> bool:
    """Whether a context manager or call sets a limit to what it holds.

    One of the project's own counts by its name: what is called a timeout is one.
    """
    node = file.names.value(node)
    if not isinstance(node, ast.Call):
        return False
    name = shortened(file.names.canonical(node.func))
    if name not in LIMITS:
        spelled = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return "timeout" in (spelled or getattr(node.func, "id", "")).lower()
    position = 1 if name == "asyncio.wait_for" else 0
    given = _argument(node, ("timeout", "delay", "when", "seconds"), position)
    # A limit may be set later: `scope.reschedule(...)`.
    late = "reschedule(" in file.text
    return given is not None and (late or not _no_limit(file, given, False))


def _by_callers(file: SourceFile, node: ast.AST, depth: int) -> bool:
    """Whether this file calls the function around, and never without a limit."""
    function = file.function(node)
    if depth == 0 or not isinstance(function, _FUNCTIONS[:2]):
        return False
    uses = [*mentions(file, function)]
    return bool(uses) and all(
        _is_called(file, use)
        and (_around(file, use) or _by_callers(file, use, depth - 1))
        for use in uses
    )


def _is_called(file: SourceFile, use: ast.AST) -> bool:
    # What is handed on is called elsewhere, after the limit is gone.
    above = file.parent(use)
    return isinstance(above, ast.Call) and above.func is use
