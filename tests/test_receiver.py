"""What `self` is: the class around, also where it is annotated as Self."""

from __future__ import annotations

import ast

import pytest

from pyguard_kernel.source import SourceFile


@pytest.mark.parametrize("annotation", ["", ": Self", ": typing_extensions.Self"])
def test_a_method_of_self_is_one_of_the_class_around(annotation: str) -> None:
    text = f"""
import typing_extensions
from typing import Self

class Outbox:
    def close(self{annotation}):
        self.flush()
"""
    file = SourceFile("app.py", text.encode(), "app")
    (call,) = (node for node in ast.walk(file.tree) if isinstance(node, ast.Call))
    assert file.names.called(call) == "app.Outbox.flush"
