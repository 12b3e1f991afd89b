"""Library calls that wait for the outside: awaited ones, and those that block a thread.

The defaults were read off the libraries' own signatures: aiohttp 3.14, httpx 0.28,
asyncpg 0.32, redis 8.1.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from pyguard_kernel.callers import passed
from pyguard_kernel.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyguard_kernel.source import SourceFile


class Wait(NamedTuple):
    """How an awaited call waits.

    `default` is the library's own limit in seconds, None where it has none. `keywords`
    (and `position`, from 0) are the call's arguments that set a limit; `maker` those
    of what made the client. A limit of None waits for ever, and so does one of 0 where
    `zero_is_endless`. `reads` says that a repetition changes nothing, and `separate`
    that two of these calls can run side by side.
    """

    default: float | None = None
    keywords: tuple[str, ...] = ()
    position: int | None = None
    maker: tuple[str, ...] = ()
    zero_is_endless: bool = False
    reads: bool = False
    separate: bool = False


_VERBS = "delete get head options patch post put request"
_SAFE_VERBS = {"get", "head", "options"}

_AIOHTTP = Wait(300, ("timeout",), None, ("timeout",), separate=True)
_HTTPX = Wait(5, ("timeout",), None, ("timeout",), separate=True)
_ASYNCPG = Wait(None, ("timeout",), None, ("command_timeout",))
_REDIS = Wait(5, (), None, ("socket_timeout",))
_POP = Wait(None, ("timeout",), 1, (), zero_is_endless=True)
_STREAM = Wait()

# Owner of the calls -> names of the calls -> how they wait.
_WAITS: dict[str, dict[str, Wait]] = {
    "asyncio": {
        "open_connection open_unix_connection": Wait(separate=True, reads=True),
    },
    "asyncio.StreamReader": {"read readline readexactly readuntil": _STREAM},
    "asyncio.AbstractEventLoop": {
        "create_connection sock_connect sock_recv sock_recv_into sock_recvfrom": _STREAM
    },
    "aiohttp": {"request": _AIOHTTP},
    "aiohttp.ClientSession": {_VERBS: _AIOHTTP},
    "httpx.AsyncClient": {f"{_VERBS} send stream": _HTTPX},
    "asyncpg": {"connect": Wait(60, ("timeout",))},
    "asyncpg.Connection": {
        "execute executemany fetch fetchrow fetchval fetchmany prepare": _ASYNCPG
    },
    "asyncpg.Pool": {
        "acquire": _ASYNCPG,
        "execute executemany": _ASYNCPG,
        "fetch fetchrow fetchval fetchmany": _ASYNCPG._replace(
            reads=True, separate=True
        ),
    },
    "redis.asyncio.Redis": {
        "get set getdel mget mset delete exists expire incr decr hget hset hgetall"
        " lpush rpush lpop rpop lrange sadd srem smembers publish ping execute_command"
        " zadd zrange zscore": _REDIS,
        "blpop brpop bzpopmin bzpopmax": _POP,
        "brpoplpush blmove": _POP._replace(position=2),
        "blmpop bzmpop": _POP._replace(position=0),
        "xread": _POP._replace(default=0, keywords=("block",), position=2),
        "xreadgroup": _POP._replace(default=0, keywords=("block",), position=4),
    },
    "redis.asyncio.client.PubSub": {"get_message": Wait(0, ("timeout",), 1)},
}

# How long, can't be told from the call.
FOR_THREADS = "waits for another thread"

# What a blocking call does -> owner -> names.
_BLOCKS: dict[str, dict[str, str]] = {
    "waits for an HTTP answer": {
        "requests": _VERBS,
        "requests.Session": f"{_VERBS} send",
        "httpx": f"{_VERBS} stream",
        "httpx.Client": f"{_VERBS} send stream",
        "urllib.request": "urlopen urlretrieve",
        "urllib.request.OpenerDirector": "open",
        "urllib3": "request",
        "urllib3.PoolManager": "request urlopen",
        "http.client.HTTPConnection": "connect request getresponse",
        "http.client.HTTPSConnection": "connect request getresponse",
    },
    "waits for the database": {
        "sqlite3": "connect",
        "sqlite3.Connection": "execute executemany executescript commit backup",
        "sqlite3.Cursor": "execute executemany executescript fetchone fetchmany"
        " fetchall",
        "psycopg2": "connect",
        "psycopg2.extensions.connection": "commit rollback",
        "psycopg2.extensions.cursor": "execute executemany fetchone fetchmany fetchall",
        "psycopg": "connect",
        "psycopg.Connection": "connect execute commit rollback",
        "psycopg.Cursor": "execute executemany fetchone fetchmany fetchall",
        "pymysql": "connect",
        "pymysql.Connection": "connect commit rollback ping",
        "pymysql.cursors.Cursor": "execute executemany fetchone fetchmany fetchall",
        "MySQLdb": "connect",
        "mysql.connector": "connect",
        "oracledb": "connect",
        "pyodbc": "connect",
        "redis.Redis": "get set mget mset delete exists expire incr decr hget hset"
        " hgetall lpush rpush lpop rpop blpop brpop lrange sadd srem smembers publish"
        " ping execute_command",
        "sqlalchemy.Engine": "connect begin",
        "sqlalchemy.orm.Session": "execute scalar scalars commit flush refresh",
    },
    "waits for a name server": {
        "socket": "getaddrinfo gethostbyname gethostbyname_ex gethostbyaddr getfqdn"
        " getnameinfo",
    },
    "waits for the network": {
        "socket": "create_connection",
        "socket.socket": "accept connect recv recv_into recvfrom send sendall sendto",
        "smtplib": "SMTP SMTP_SSL",
        "smtplib.SMTP": "connect login send_message sendmail",
        "smtplib.SMTP_SSL": "connect login send_message sendmail",
        "ftplib": "FTP FTP_TLS",
        "imaplib": "IMAP4 IMAP4_SSL",
    },
    "waits for another process": {
        "subprocess": "run call check_call check_output getoutput getstatusoutput",
        "subprocess.Popen": "communicate wait",
        "os": "system popen waitpid",
    },
    "reads or writes a file": {
        "builtins": "open",
        "io": "open",
        "pathlib.Path": "open read_text read_bytes write_text write_bytes iterdir glob"
        " rglob walk",
        "os": "listdir scandir walk fsync",
        "shutil": "copy copy2 copyfile copyfileobj copytree move rmtree make_archive"
        " unpack_archive",
        "glob": "glob iglob",
        "zipfile": "ZipFile",
        "tarfile": "open",
        "gzip": "open",
        "bz2": "open",
        "lzma": "open",
    },
    FOR_THREADS: {
        "threading.Lock": "acquire",
        "threading.RLock": "acquire",
        "threading.Semaphore": "acquire",
        "threading.BoundedSemaphore": "acquire",
        "threading.Condition": "acquire wait wait_for",
        "threading.Event": "wait",
        "threading.Barrier": "wait",
        "threading.Thread": "join",
        "queue.Queue": "get put join",
        "queue.LifoQueue": "get put join",
        "queue.PriorityQueue": "get put join",
        "queue.SimpleQueue": "get",
        "concurrent.futures": "wait",
        "concurrent.futures.Future": "result exception",
    },
    "waits for the user": {"builtins": "input"},
    "sleeps": {"time": "sleep"},
}

# Where classes and functions also go by the module that defines them.
_MODULES = {
    "asyncio.streams.": "asyncio.",
    "asyncio.timeouts.": "asyncio.",
    "aiohttp.client.": "aiohttp.",
    "asyncpg.connection.": "asyncpg.",
    "asyncpg.pool.": "asyncpg.",
    "redis.asyncio.client.Redis": "redis.asyncio.Redis",
    "requests.api.": "requests.",
    "requests.sessions.": "requests.",
    "pymysql.connections.": "pymysql.",
    "sqlalchemy.engine.": "sqlalchemy.",
    "sqlalchemy.orm.session.": "sqlalchemy.orm.",
}


AWAITED: dict[str, Wait] = {
    f"{owner}.{name}": wait._replace(reads=wait.reads or name in _SAFE_VERBS)
    for owner, calls in _WAITS.items()
    for names, wait in calls.items()
    for name in names.split()
}
BLOCKING: dict[str, str] = {
    f"{owner}.{name}": what
    for what, owners in _BLOCKS.items()
    for owner, names in owners.items()
    for name in names.split()
}


# These mean a file whatever they are asked of, unless an asynchronous library is about.
_FILE_METHODS = {"read_bytes", "read_text", "write_bytes", "write_text"}
_ASYNC_FILES = (b"anyio", b"trio", b"aiofiles", b"aiopath", b"upath")
_DONT_WAIT = {"block", "blocking", "timeout"}


def awaited(file: SourceFile, call: ast.Call) -> Wait | None:
    """How a call of a known library waits when it is awaited; None if not known."""
    if _last(call.func) not in _last_names(file.data)[0]:
        return None
    name = _name(file, call.func)
    if name is not None and name.startswith(f"{file.module}."):
        return None  # the library's own code
    return AWAITED.get(shortened(name))


def blocking(file: SourceFile, call: ast.Call) -> str | None:
    """What a call does that blocks its thread ("sleeps"); None if it isn't known to."""
    last = _last(call.func)
    if last not in _last_names(file.data)[1]:
        return None
    name = shortened(_name(file, call.func))
    if name in BLOCKING:
        return None if _is_spared(file, call, name) else BLOCKING[name]
    if last in _FILE_METHODS and not any(root in file.data for root in _ASYNC_FILES):
        # A known class other than pathlib's may keep its text in memory.
        owner = file.names.type_of(getattr(call.func, "value", None))
        return "reads or writes a file" if owner is None and name == "" else None
    return None


def _name(file: SourceFile, func: ast.expr) -> str | None:
    """The canonical name of what is called.

    A method of a bare parameter is one of the class that every call in this file
    hands over.
    """
    name = file.names.canonical(func)
    if name is not None or not isinstance(func, ast.Attribute):
        return name
    if isinstance(func.value, ast.Name):
        for binding in file.names.bindings(func.value):
            if isinstance(binding.node, ast.arg) and binding.node.annotation is None:
                owners = {file.names.type_of(v) for v in passed(file, binding.node)}
                owner = owners.pop() if len(owners) == 1 else None
                return f"{owner}.{func.attr}" if owner else None
    return None


def shortened(name: str | None) -> str:
    """A canonical name by the module that documents it; empty for None."""
    if name is None:
        return ""
    for long, short in _MODULES.items():
        if name.startswith(long):
            return short + name.removeprefix(long)
    return name


def _is_spared(file: SourceFile, call: ast.Call, name: str) -> bool:
    owner = name.rpartition(".")[0]
    if name == "socket.getaddrinfo":
        return "AI_NUMERIC" in file.text
    if owner == "socket.socket":
        return "setblocking(" in file.text or "settimeout(0" in file.text
    if owner.startswith("sqlite3"):
        return ":memory:" in file.text
    if owner.startswith(("threading", "queue")):
        asked = [k.value for k in call.keywords if k.arg in _DONT_WAIT]
        first = call.args[1:2] if name.endswith(".put") else call.args[:1]
        # False and 0 alike: not to wait, or no time to wait.
        return any(
            isinstance(value, ast.Constant) and value.value == 0
            for value in (*asked, *first)
        )
    if owner == "concurrent.futures.Future":
        return ".done()" in file.text or "add_done_callback" in file.text
    return False


def _last(func: ast.expr) -> str:
    """The last part of a called name; aliases of imports are told by `*`."""
    return func.attr if isinstance(func, ast.Attribute) else "*"


@lru_cache(maxsize=4)
def _last_names(data: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """The last parts of known calls that this file can hold: awaited, blocking."""
    return _possible(data, _AWAITED_LASTS), _possible(data, _BLOCKING_LASTS)


def _possible(data: bytes, by_root: dict[bytes, frozenset[str]]) -> frozenset[str]:
    there = (lasts for root, lasts in by_root.items() if root in data)
    return frozenset[str]().union(*there)


def _by_root(known: Iterable[str]) -> dict[bytes, frozenset[str]]:
    """What a file must hold -> the last parts of the calls that it then can make."""
    table: dict[bytes, set[str]] = {}
    for name in known:
        root, _, rest = name.partition(".")
        needle = b"" if root == "builtins" else root.encode()
        table.setdefault(needle, {"*"}).add(rest.rpartition(".")[2])
    return {root: frozenset(lasts) for root, lasts in table.items()}


_AWAITED_LASTS = _by_root(AWAITED)
_BLOCKING_LASTS = _by_root(BLOCKING) | {b"def": frozenset(_FILE_METHODS)}
