"""Where a function is mentioned in its file, and what its calls hand over."""

from __future__ import annotations

import ast
import textwrap

import pytest

from pyguard_kernel.callers import mentions, passed
from pyguard_kernel.source import SourceFile


def parameter_of(text: str, name: str) -> tuple[SourceFile, ast.arg]:
    file = SourceFile("app.py", textwrap.dedent(text).encode(), "app")
    found = (node for node in ast.walk(file.tree) if isinstance(node, ast.arg))
    return file, next(argument for argument in found if argument.arg == name)


@pytest.mark.parametrize(
    ("calls", "given"),
    [
        ("f(1, 2)", ["2"]),
        ("f(1, b=3)\nf(1, 4)", ["3", "4"]),
        ("[f(x, y) for x in z]", ["y"]),
        ("", []),
        ("f(1)", []),
        ("f(*pair)", []),
        ("f(1, 2)\nrun(f)", []),
    ],
)
def test_what_the_calls_of_a_function_hand_over(calls: str, given: list[str]) -> None:
    file, parameter = parameter_of(f"def f(a, b=0): ...\n{calls}", "b")
    assert [ast.unparse(value) for value in passed(file, parameter)] == given


def test_methods_and_lambdas_are_left_alone() -> None:
    assert passed(*parameter_of("class C:\n def f(self, b): ...\nC().f(1)", "b")) == []
    assert passed(*parameter_of("f = lambda b: b\nf(1)", "b")) == []


def test_a_method_is_mentioned_by_its_name_alone() -> None:
    file = SourceFile("app.py", b"class C:\n def f(self): ...\nc.f()\nrun(d.f)", "app")
    method = next(n for n in ast.walk(file.tree) if isinstance(n, ast.FunctionDef))
    assert [ast.unparse(node) for node in mentions(file, method)] == ["c.f", "d.f"]
