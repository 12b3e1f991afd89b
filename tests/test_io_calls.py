"""Library calls that wait: what is known of them, by whatever name."""

from __future__ import annotations

import ast
import textwrap

import pytest

from pyguard_kernel.io_calls import (
    FOR_THREADS,
    awaited,
    blocking,
)
from pyguard_kernel.source import SourceFile

HTTP = "waits for an HTTP answer"
FILE = "reads or writes a file"


def last_call(text: str) -> tuple[SourceFile, ast.Call]:
    """The file, and the call that its last line begins with."""
    file = SourceFile("app.py", textwrap.dedent(text).encode(), "app")
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    return file, max(calls, key=lambda call: (call.lineno, -call.col_offset))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import requests\nrequests.get(1)", HTTP),
        ("from requests import get as g\ng(1)", HTTP),
        ("import requests\ns = requests.Session()\ns.post(1)", HTTP),
        ("from requests.sessions import Session as S\nS().get(1)", HTTP),
        (
            "import sqlite3 as s\nc = s.connect(1)\nc.execute(1)",
            "waits for the database",
        ),
        ("from pathlib import Path\n(Path(1) / 'x').read_text()", FILE),
        ("open(1)", FILE),
        ("import time\ntime.sleep(1)", "sleeps"),
        ("import queue\nq = queue.Queue()\nq.get()", FOR_THREADS),
    ],
)
def test_a_blocking_call_is_known_by_what_it_means(text: str, what: str) -> None:
    assert blocking(*last_call(text)) == what


@pytest.mark.parametrize(
    "text",
    [
        "requests = {}\nrequests.get(1)",
        "def open(x): ...\nopen(1)",
        "import queue\nq = queue.Queue()\nq.get(block=False)",
        "import queue\nq = queue.Queue()\nq.put(1, False)",
        "import threading\nt = threading.Thread()\nt.join(timeout=0)",
        "import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute(1)",
        "import socket\ns = socket.socket()\ns.setblocking(False)\ns.recv(1)",
        "import anyio\nanyio.Path(1).read_text()",
        "import io\nio.StringIO().read_text()",
    ],
)
def test_its_look_alike_is_not(text: str) -> None:
    assert blocking(*last_call(text)) is None


def test_an_awaited_call_is_known_with_the_limit_that_its_library_sets() -> None:
    wait = awaited(*last_call("import httpx\nc = httpx.AsyncClient()\nc.get(1)"))
    assert wait is not None
    assert (wait.default, wait.reads) == (5, True)
    wait = awaited(*last_call("from asyncio import open_connection as o\no(1)"))
    assert wait is not None
    assert wait.default is None


def test_the_library_itself_may_call_its_own_methods() -> None:
    text = """
        class ClientSession:
            def get(self): ...
            def json(self):
                self.get()
    """
    _, call = last_call(text)
    file = SourceFile("client.py", textwrap.dedent(text).encode(), "aiohttp")
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    assert ast.dump(calls[0]) == ast.dump(call)
    assert awaited(file, calls[0]) is None
