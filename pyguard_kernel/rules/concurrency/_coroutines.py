"""Which functions give a coroutine when called, so that someone must await it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import own_nodes

if TYPE_CHECKING:
    from pyguard_kernel.source import SourceFile

# Decorators after which a call still gives the coroutine; any other may change that.
_KEEPING = {
    "abc.abstractmethod",
    "builtins.classmethod",
    "builtins.staticmethod",
    "functools.wraps",
    "typing.final",
    "typing.no_type_check",
    "typing.override",
    "typing_extensions.deprecated",
    "typing_extensions.final",
    "typing_extensions.override",
    "warnings.deprecated",
}
_KEEPING_BELOW = ("pytest.mark.", "unittest.mock.patch", "tenacity.retry")
_OVERLOADS = {"typing.overload", "typing_extensions.overload"}

_VERBS = "get post put patch delete head options request"
_LIBRARY = {
    "asyncio": "sleep wait_for wait open_connection open_unix_connection start_server"
    " start_unix_server create_subprocess_exec create_subprocess_shell to_thread",
    "asyncio.StreamWriter": "drain wait_closed start_tls",
    "asyncio.StreamReader": "read readline readexactly readuntil",
    "asyncio.Queue": "put get join",
    "asyncio.LifoQueue": "put get join",
    "asyncio.PriorityQueue": "put get join",
    "asyncio.Event": "wait",
    "asyncio.Lock": "acquire",
    "asyncio.Semaphore": "acquire",
    "asyncio.BoundedSemaphore": "acquire",
    "asyncio.Condition": "acquire wait wait_for",
    "asyncio.Barrier": "wait reset abort",
    "asyncio.subprocess.Process": "wait communicate",
    "asyncio.AbstractEventLoop": "create_connection create_server getaddrinfo"
    " shutdown_asyncgens shutdown_default_executor sock_connect sock_recv sock_sendall",
    "aiohttp.ClientSession": f"{_VERBS} ws_connect close",
    "aiohttp.ClientResponse": "json text read wait_for_close",
    "aiohttp.ClientWebSocketResponse": "send_str send_bytes send_json receive close",
    "anyio": "sleep sleep_forever",
    "anyio.Event": "wait",
    "asyncpg": "connect",
    "asyncpg.Connection": "execute executemany fetch fetchrow fetchval close",
    "asyncpg.Pool": "execute executemany fetch fetchrow fetchval close",
    "httpx.AsyncClient": f"{_VERBS} send aclose",
    "httpx.Response": "aread aclose",
    "redis.asyncio.Redis": "get set delete expire incr publish ping aclose",
    "trio": "sleep sleep_forever sleep_until",
    "websockets.ClientConnection": "send recv close",
}
# Canonical names of library functions whose calls do nothing until awaited.
LIBRARY = {f"{owner}.{name}" for owner, names in _LIBRARY.items()
           for name in names.split()}  # fmt: skip

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_coroutine(node: Function, file: SourceFile) -> bool:
    """Whether a call of this function surely gives a coroutine."""
    return (
        isinstance(node, ast.AsyncFunctionDef)
        and all(_keeps(decorator, file) for decorator in node.decorator_list)
        and not (b"yield" in file.data and _yields(node))
    )


def _yields(node: Function) -> bool:
    return any(
        isinstance(inner, ast.Yield | ast.YieldFrom) for inner in own_nodes(node)
    )


def is_overload(node: Function, file: SourceFile) -> bool:
    """Whether this only describes one of a function's signatures."""
    return any(file.names.canonical(d) in _OVERLOADS for d in node.decorator_list)


def _keeps(decorator: ast.expr, file: SourceFile) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = file.names.canonical(called) or ""
    return name in _KEEPING or name.startswith(_KEEPING_BELOW)
