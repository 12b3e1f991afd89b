"""What a name means: imports, re-bindings, scopes, instances and their methods."""

from __future__ import annotations

import ast
import textwrap

import pytest

from pyguard_kernel.source import SourceFile


def called(
    text: str, module: str = "shop.orders", path: str = "orders.py"
) -> list[str]:
    """The canonical name of each call whose line ends in `# ?`, in order."""
    file = SourceFile("orders.py", textwrap.dedent(text).encode(), "shop.orders")
    found = [
        (node.lineno, node.col_offset, str(file.names.canonical(node.func)))
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and file.lines[node.lineno - 1].endswith("# ?")
    ]
    return [name for _, _, name in sorted(found)]


@pytest.mark.parametrize(
    ("head", "call", "name"),
    [
        ("import time", "time.sleep(1)", "time.sleep"),
        ("from time import sleep as nap", "nap(1)", "time.sleep"),
        ("import asyncio as aio", "aio.gather()", "asyncio.gather"),
        ("import os.path", "os.path.join()", "os.path.join"),
        ("import xml.dom as dom", "dom.parse()", "xml.dom.parse"),
        ("from . import stock", "stock.count()", "shop.stock.count"),
        ("from .stock import count", "count()", "shop.stock.count"),
        ("from ..bank.api import pay", "pay()", "bank.api.pay"),
        ("", "print()", "builtins.print"),
        ("", "unheard_of()", "None"),
        ("import time\nnap = time.sleep", "nap(1)", "time.sleep"),
        ("import time\nt = time\nnap = t.sleep", "nap(1)", "time.sleep"),
        ("def ship(): ...", "ship()", "shop.orders.ship"),
        ("print = log", "print()", "None"),
    ],
)
def test_what_a_call_calls(head: str, call: str, name: str) -> None:
    assert called(f"{head}\n{call}  # ?") == [name]


def test_the_last_binding_before_a_use_decides() -> None:
    text = """
        import time
        wait = time.sleep
        wait(1)  # ?
        wait = print
        wait(1)  # ?
    """
    assert called(text) == ["time.sleep", "builtins.print"]


def test_either_branch_may_have_run() -> None:
    text = """
        import time
        wait = print
        if slow:
            wait = time.sleep
        wait(1)  # ?
        if slow:
            wait = time.sleep
            wait(1)  # ?
    """
    assert called(text) == ["None", "time.sleep"]


def test_a_loop_leads_back_to_what_stands_below() -> None:
    text = """
        import time
        wait = print
        for _ in range(3):
            wait(1)  # ?
            wait = time.sleep
    """
    assert called(text) == ["None"]


def test_a_fallback_of_none_leaves_the_import() -> None:
    text = """
        try:
            import orjson
        except ImportError:
            orjson = None
        orjson.loads("1")  # ?
    """
    assert called(text) == ["orjson.loads"]


def test_parameters_and_loop_variables_hide_what_is_outside() -> None:
    text = """
        from time import sleep
        def a(sleep): sleep(1)  # ?
        def b():
            for sleep in []: sleep(1)  # ?
        c = [sleep(1) for sleep in []]  # ?
        d = lambda sleep: sleep(1)  # ?
        e = [sleep(n) for n in []]  # ?
        def f(wait=sleep(1)): ...  # ?
    """
    assert called(text) == ["None", "None", "None", "None", "time.sleep", "time.sleep"]


def test_a_class_body_is_no_scope_for_its_methods() -> None:
    text = """
        from time import sleep
        class Clock:
            sleep = print
            sleep(1)  # ?
            def tick(self):
                sleep(1)  # ?
    """
    assert called(text) == ["builtins.print", "time.sleep"]


def test_global_and_nonlocal_lead_outwards() -> None:
    text = """
        import time
        def set_up():
            global wait
            wait = time.sleep
        def use():
            wait(1)  # ?
        def outer():
            pause = print
            def inner():
                nonlocal pause
                pause = time.sleep
            pause(1)  # ?
    """
    assert called(text)[0] == "time.sleep"


def test_instances_carry_their_class_wherever_they_came_from() -> None:
    text = """
        import asyncio, aiohttp, logging
        from .client import Client
        log = logging.getLogger(__name__)
        class Shop:
            session: aiohttp.ClientSession
            def __init__(self):
                self.client = Client()
                self.cache: "Client | None" = None
            async def open(self, backup: Client | None = None):
                log.error("x")  # ?
                self.session.get("x")  # ?
                self.client.fetch()  # ?
                self.cache.fetch()  # ?
                backup.fetch()  # ?
                self.close()  # ?
                async with aiohttp.ClientSession() as own:
                    own.post("x")  # ?
                reader, writer = await asyncio.open_connection()
                reader.read()  # ?
                if (queue := asyncio.Queue()):
                    queue.get()  # ?
            def close(self): ...
    """
    assert called(text) == [
        "logging.Logger.error",
        "aiohttp.ClientSession.get",
        "shop.client.Client.fetch",
        "shop.client.Client.fetch",
        "shop.client.Client.fetch",
        "shop.orders.Shop.close",
        "aiohttp.ClientSession.post",
        "asyncio.StreamReader.read",
        "asyncio.Queue.get",
    ]


def test_definitions_are_found_through_aliases_and_bases() -> None:
    text = """
        class Base:
            def close(self): ...
        class Shop(Base):
            def leave(self):
                self.close()
        def ship(): ...
        send = ship
        send()
    """
    file = SourceFile("orders.py", textwrap.dedent(text).encode(), "shop.orders")
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    found = {file.code(c): file.names.definition(c.func) for c in calls}
    names = {code: getattr(node, "name", None) for code, node in found.items()}
    assert names == {"self.close()": "close", "send()": "ship"}


def test_values_follow_a_name_to_its_expressions() -> None:
    text = """
        def pick(fast):
            tasks = []
            if fast:
                tasks = [1]
            return tasks
    """
    file = SourceFile("a.py", textwrap.dedent(text).encode())
    use = next(n for n in ast.walk(file.tree) if isinstance(n, ast.Return)).value
    assert isinstance(use, ast.Name)
    values = file.names.values(use) or []
    assert [ast.unparse(value) for value in values] == ["[]", "[1]"]


def test_a_circle_of_names_ends() -> None:
    assert called("a = b\nb = a\na()  # ?\nx = x\nx()  # ?") == ["None", "None"]


def test_a_nested_function_may_give_an_outer_name_its_value() -> None:
    text = """
        def watch():
            task = None
            def begin():
                nonlocal task
                task = 1
            begin()
            return task
    """
    file = SourceFile("a.py", textwrap.dedent(text).encode())
    use = next(n for n in ast.walk(file.tree) if isinstance(n, ast.Return)).value
    assert isinstance(use, ast.Name)
    values = file.names.values(use) or []
    assert [ast.unparse(value) for value in values] == ["None", "1"]


def test_a_base_class_is_the_one_defined_before() -> None:
    text = """
        class Retry(BaseException): ...
        class Soon(Retry): ...
        class Retry(Retry): ...
        class Later(Retry): ...
    """
    file = SourceFile("a.py", textwrap.dedent(text).encode())
    classes = [node for node in file.tree.body if isinstance(node, ast.ClassDef)]
    bases = [file.names.definition(node.bases[0]) for node in classes]
    assert bases == [None, classes[0], classes[0], classes[2]]


def test_a_bare_final_leaves_the_type_to_the_value() -> None:
    text = """
        import logging
        from typing import Final
        log: Final = logging.getLogger()
        log.info("x")  # ?
    """
    assert called(textwrap.dedent(text)) == ["logging.Logger.info"]


@pytest.mark.parametrize(
    "text",
    [
        "class T:\n    def f(self):\n        class Sub(self.Base): x = self.y()",
        "def f(a: 'A'):\n    class A(a.B): pass",
        "class A(B): pass\nclass B(A): pass",
        "while 1:\n    a = b\n    b = a\na()",
        "a: 'A'\nclass A(a.B):\n    def f(self): self.g()",
    ],
)
def test_definitions_in_a_circle_end(text: str) -> None:
    file = SourceFile("a.py", text.encode(), "a")
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            file.names.definition(node)
            file.names.canonical(node)
            file.names.type_of(node)
