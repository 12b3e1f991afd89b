"""Where control goes."""

from __future__ import annotations

import ast
import textwrap

import pytest

from pyguard_kernel import flow
from pyguard_kernel.source import SourceFile


def read(text: str) -> SourceFile:
    return SourceFile("sample.py", textwrap.dedent(text).encode(), "sample")


def one[N: ast.AST](file: SourceFile, kind: type[N]) -> N:
    return next(node for node in ast.walk(file.tree) if isinstance(node, kind))


def kinds(text: str) -> set[str]:
    """How the body of the one function in a text can end."""
    file = read(text)
    body = one(file, ast.FunctionDef).body
    return {way.kind for way in flow.exits(file, body)}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", {"fall"}),
        ("return 1", {"return"}),
        ("raise ValueError\nprint('never reached')", {"raise"}),
        ("if a: return 1", {"return", "fall"}),
        ("if a: return 1\nelse: raise ValueError", {"return", "raise"}),
        ("while True: work()", set()),
        ("while True:\n  if a: break", {"fall"}),
        ("while a: return 1", {"return", "fall"}),
        ("for x in a:\n  if x: continue\n  return x", {"return", "fall"}),
        ("for x in a:\n  break\nelse: raise KeyError", {"fall", "raise"}),
        ("with a: raise ValueError", {"raise"}),
        ("with contextlib.suppress(ValueError): raise ValueError", {"raise", "fall"}),
        ("try: raise ValueError\nexcept ValueError: pass", {"raise", "fall"}),
        ("try: raise ValueError\nexcept Exception: return 1", {"return"}),
        ("try: work()\nexcept ValueError: return 1", {"fall", "return"}),
        ("try: work()\nexcept ValueError: raise\nelse: return 1", {"raise", "return"}),
        ("try: raise ValueError\nfinally: return 1", {"return"}),
        ("try: raise ValueError\nfinally: work()", {"raise"}),
        ("match a:\n  case 1: return 1\n  case _: raise KeyError", {"return", "raise"}),
        ("match a:\n  case 1: return 1\n  case 2: return 2", {"return", "fall"}),
        ("match a:\n  case b if b: return 1", {"return", "fall"}),
        ("sys.exit(1)", {"stop"}),
        ("usage()", {"stop"}),
        ("def inner(): return 1", {"fall"}),
    ],
)
def test_the_ways_out_of_a_block(body: str, expected: set[str]) -> None:
    head = "import contextlib, sys\nfrom typing import NoReturn\ndef work(a):\n"
    tail = "\n\ndef usage() -> NoReturn: sys.exit(2)\n"
    assert kinds(head + textwrap.indent(body, "    ") + tail) == expected


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        ("raise", True),
        ("raise error", True),
        ("raise error from None", True),
        ("raise error.with_traceback(None)", True),
        ("same = error\nraise same", True),
        ("log()\nif done: raise\nraise error", True),
        ("raise RuntimeError from error", False),
        ("if done: raise", False),
        ("return 1", False),
        ("try: close()\nexcept OSError: pass\nraise", True),
        ("try: close()\nexcept OSError: return\nraise", False),
        ("try: close()\nfinally: raise", True),
        ("try: raise\nexcept BaseException: pass", False),
        ("def later(): raise", False),
    ],
)
def test_a_handler_that_raises_again_what_it_caught(
    handler: str, expected: bool
) -> None:
    body = textwrap.indent(handler, "    ")
    file = read("def f():\n  try: work()\n  except KeyError as error:\n" + body)
    first = one(file, ast.Try).handlers[0]
    assert flow.always_reraises(file, first) is expected


def test_raises_always_or_not() -> None:
    file = read("""
        def f(a):
            if a:
                raise KeyError(a)
            raise ValueError(a)

        def g(a):
            if a:
                raise KeyError(a)
    """)
    first, second = file.tree.body
    assert isinstance(first, ast.FunctionDef)
    assert isinstance(second, ast.FunctionDef)
    assert flow.always_raises(file, first.body)
    assert not flow.falls_through(file, first.body)
    assert not flow.always_raises(file, second.body)
    assert flow.falls_through(file, second.body)


def test_what_protects_a_call_and_what_does_not() -> None:
    file = read("""
        async def f():
            for job in jobs:
                try:
                    with job:
                        protected()
                except KeyError:
                    handled()
                else:
                    free()

        def g():
            try:
                def later():
                    elsewhere()
            except KeyError:
                pass
    """)
    calls = {
        node.func.id: node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    block = file.enclosing(calls["protected"], ast.Try)
    assert block is not None
    assert list(flow.tries_around(file, calls["protected"])) == [block]
    assert not list(flow.tries_around(file, calls["handled"]))
    assert not list(flow.tries_around(file, calls["free"]))
    assert not list(flow.tries_around(file, calls["elsewhere"]))
    assert flow.handler_around(file, calls["handled"]) is block.handlers[0]
    assert flow.handler_around(file, calls["protected"]) is None
    assert flow.loop_around(file, calls["free"]) is one(file, ast.For)
    assert flow.loop_around(file, calls["elsewhere"]) is None


def test_a_function_runs_its_own_nodes_alone() -> None:
    file = read("""
        def f():
            first
            @decorated
            def inner(x=default):
                hidden
            wait = lambda y=preset: unseen
            class Local:
                here
            return [last for _ in around]
    """)
    seen = [
        node.id
        for node in flow.own_nodes(one(file, ast.FunctionDef))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]
    assert seen == ["first", "decorated", "default", "preset", "here", "last", "around"]
    statements = list(flow.own_statements(one(file, ast.FunctionDef)))
    assert [type(s).__name__ for s in statements] == [
        "Expr", "FunctionDef", "Assign", "ClassDef", "Expr", "Return",
    ]  # fmt: skip
