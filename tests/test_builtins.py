"""A builtin's name means the builtin, wherever no scope around it binds the name."""

from __future__ import annotations

import ast

from pyguard_kernel.source import SourceFile

TEXT = b"""
def own():
    def eval(text):
        return text
    eval("inner")

def other():
    eval("outer")
"""


def test_a_name_bound_in_another_function_is_still_the_builtin() -> None:
    file = SourceFile("app.py", TEXT, "app")
    calls = {
        node.args[0].value: file.names.called(node)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant)
    }
    assert calls == {"inner": "app.own.eval", "outer": "builtins.eval"}
