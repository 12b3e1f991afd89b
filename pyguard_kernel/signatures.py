"""What calls of well-known libraries return, where the name alone doesn't tell.

A call of a name that ends in a capitalized word is taken for an instance of it; all
else is listed here: canonical function -> canonical class of its (awaited) result, or
one class for each place of the tuple that it returns.
"""

from __future__ import annotations

type Returned = str | tuple[str | None, ...]

RETURNS: dict[str, Returned] = {
    "aiohttp.ClientSession.delete": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.get": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.head": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.options": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.patch": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.post": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.put": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.request": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.ws_connect": "aiohttp.ClientWebSocketResponse",
    "asyncio.create_subprocess_exec": "asyncio.subprocess.Process",
    "asyncio.create_subprocess_shell": "asyncio.subprocess.Process",
    "asyncio.create_task": "asyncio.Task",
    "asyncio.ensure_future": "asyncio.Task",
    "asyncio.get_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.get_running_loop": "asyncio.AbstractEventLoop",
    "asyncio.new_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.open_connection": ("asyncio.StreamReader", "asyncio.StreamWriter"),
    "asyncio.open_unix_connection": ("asyncio.StreamReader", "asyncio.StreamWriter"),
    "asyncio.AbstractEventLoop.create_task": "asyncio.Task",
    "asyncio.TaskGroup.create_task": "asyncio.Task",
    "asyncpg.connect": "asyncpg.Connection",
    "asyncpg.create_pool": "asyncpg.Pool",
    "asyncpg.Pool.acquire": "asyncpg.Connection",
    "builtins.dict": "builtins.dict",
    "builtins.list": "builtins.list",
    "builtins.set": "builtins.set",
    "builtins.sorted": "builtins.list",
    "builtins.open": "io.TextIOWrapper",
    "logging.getLogger": "logging.Logger",
    "logging.Logger.getChild": "logging.Logger",
    "psycopg.connect": "psycopg.Connection",
    "psycopg2.connect": "psycopg2.extensions.connection",
    "psycopg2.extensions.connection.cursor": "psycopg2.extensions.cursor",
    "psycopg.Connection.cursor": "psycopg.Cursor",
    "pymysql.connect": "pymysql.Connection",
    "redis.asyncio.from_url": "redis.asyncio.Redis",
    "redis.asyncio.Redis.from_url": "redis.asyncio.Redis",
    "redis.from_url": "redis.Redis",
    "redis.Redis.from_url": "redis.Redis",
    "requests.session": "requests.Session",
    "socket.create_connection": "socket.socket",
    "socket.socket": "socket.socket",
    "sqlite3.connect": "sqlite3.Connection",
    "sqlite3.Connection.cursor": "sqlite3.Cursor",
    "structlog.get_logger": "structlog.BoundLogger",
    "structlog.stdlib.get_logger": "structlog.BoundLogger",
    "subprocess.Popen": "subprocess.Popen",
    "threading.Lock": "threading.Lock",
    "threading.RLock": "threading.RLock",
}

# What `with f(...) as x` gives, where it isn't what f returns.
ENTERS: dict[str, str] = {
    "aiohttp.ClientSession.ws_connect": "aiohttp.ClientWebSocketResponse",
    "asyncpg.Pool.acquire": "asyncpg.Connection",
    "asyncio.timeout": "asyncio.Timeout",
    "asyncio.timeout_at": "asyncio.Timeout",
}
