"""What keeps a processor busy, and what only looks so."""

from __future__ import annotations

import ast
import textwrap

import pytest

from pyguard_kernel import cpu_work
from pyguard_kernel.source import SourceFile


def first_loop(text: str) -> tuple[SourceFile, cpu_work.Loop]:
    file = SourceFile("app.py", textwrap.dedent(text).encode(), "app")
    loops = (n for n in ast.walk(file.tree) if isinstance(n, cpu_work.LOOP_TYPES))
    return file, next(loops)


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("for i in range(n): x += i", True),
        ("for i in range(1_000_000): x += i", True),
        ("[i * i for i in range(n)]", True),
        ("while i < n:\n x *= i\n i += 1", True),
        ("for row in rows:\n for i in range(n): x += i", True),
        ("for i in range(10): x += i", False),
        ("for i in range(len(rows)): x += i", False),
        ("for i in rows: x += i", False),
        ("while low < high: low = (low + high) // 2", False),
        ("while tries < 5:\n tries += 1", False),
    ],
)
def test_a_loop_is_long_if_a_number_says_so(text: str, long: bool) -> None:
    assert cpu_work.is_long(*first_loop(text)) == long


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("for x in xs: total += x", True),
        ("for x in xs: y = x * 2", True),
        ("while n > 0: n -= 1", True),
        ("for x in range(a + b): y = x", False),
        ("for x in xs: text += 'a'", False),
        ("for x in xs: text = '%s' % x", False),
        ("for x in xs: found |= {x}", False),
    ],
)
def test_a_loop_counts_with_numbers_at_each_step(text: str, does: bool) -> None:
    assert cpu_work.counts(first_loop(text)[1]) == does


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("for x in xs: found.append(max(x, 1))", True),
        ("import math\nfor x in xs: y = math.sqrt(x)", True),
        ("def double(x): return x * 2\nfor x in xs: y = double(x)", True),
        ("for x in xs: send(x)", False),
        ("def show(x): send(x)\nfor x in xs: show(x)", False),
        ("async def f():\n for x in xs: await x", False),
        ("import numpy\nfor x in xs: y = x * 2", False),
        ("import time\nfor x in xs: time.sleep(x)", False),
        ("import hashlib\nfor x in xs: hashlib.sha256(x)", False),
    ],
)
def test_plain_python_is_what_is_known_to_compute(text: str, plain: bool) -> None:
    assert cpu_work.is_plain_python(*first_loop(text)) == plain


def test_hashing_is_taken_where_compiled_code_counts_too() -> None:
    file, loop = first_loop("import hashlib\nfor x in xs: hashlib.sha256(x).digest()")
    assert cpu_work.is_plain_python(file, loop, native=True)


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ("def f(n): return f(n - 1) + f(n - 2)", True),
        ("def f(n): return n * f(n - 1)", False),
        ("def f(tree): return [f(tree.left), f(tree.right)]", False),
    ],
)
def test_a_function_that_calls_itself_twice_for_less(text: str, twice: bool) -> None:
    file = SourceFile("app.py", text.encode(), "app")
    function = file.tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert cpu_work.recurses(file, function) == twice


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("from hashlib import scrypt as s\ns(x)", "stretches a password"),
        ("import zlib\nzlib.compress(x)", "compresses"),
        ("import zlib\nzlib.compress(b'short')", None),
        ("import zlib\nzlib.crc32(x)", None),
        ("zlib.compress(x)", None),
    ],
)
def test_a_heavy_library_call(text: str, what: str | None) -> None:
    file = SourceFile("app.py", text.encode(), "app")
    statement = file.tree.body[-1]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert cpu_work.heavy_call(file, statement.value) == what
