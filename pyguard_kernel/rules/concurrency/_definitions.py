"""What one file defines: which of its functions and methods are coroutine functions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from pyguard_kernel.rules.concurrency._coroutines import is_coroutine, is_overload
from pyguard_kernel.scopes import FUNCTIONS
from pyguard_kernel.walk import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.source import SourceFile

_OWN = "self."


class Definitions:
    """What a file defines: its functions, and its classes with bases and methods.

    `functions` maps a canonical name to whether a call surely gives a coroutine;
    `classes` maps one to [canonical bases, method -> the same]. A name that is also
    given something else is no coroutine function.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self.functions: dict[str, bool] = {}
        self.classes: dict[str, list[Any]] = {}
        for owner in below(file.tree, ast.ClassDef):
            bases = [self._base(base) for base in owner.bases]
            self.classes[file.names.qualified(owner)] = [bases, {}]
        for types in ((ast.AsyncFunctionDef,), (ast.FunctionDef,)):
            for function in below(file.tree, *types):
                if not is_overload(function, file):
                    self._add(function, function.name, is_coroutine(function, file))
        self._replaced: set[tuple[ast.AST | None, str]] = set()
        for assignment in below(file.tree, ast.Assign):
            for name in _assigned(assignment):
                self._add(assignment, name, False)
            self._replaced |= {
                (file.function(assignment), target.attr)
                for target in assignment.targets
                if isinstance(target, ast.Attribute) and not _is_self(target.value)
            }
        for alias in below(file.tree, ast.alias):
            self._add(alias, alias.asname or alias.name.partition(".")[0], False)

    def may_be_coroutine(self, target: str) -> bool:
        """Whether this file doesn't rule out that a call of this gives a coroutine."""
        if target in self.functions:
            return self.functions[target]
        owner, _, method = target.rpartition(".")
        if owner not in self.classes:
            return True
        bases, methods = self.classes[owner]
        return bool(methods.get(method, bases))

    def is_replaced(self, call: ast.Call) -> bool:
        """Whether the function around puts a stand-in there: `client.send = Mock()`."""
        name = getattr(call.func, "attr", "")
        return (self._file.function(call), name) in self._replaced

    def _base(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Subscript):
            node = node.value  # the base of `class Cache(Store[str])` is Store
        return self._file.names.canonical(node)

    def _add(self, node: ast.AST, name: str, gives: bool) -> None:
        """Note what one definition or assignment makes of a name."""
        own = name.startswith(_OWN)
        around = (ast.ClassDef,) if own else (ast.ClassDef, *FUNCTIONS, ast.Lambda)
        scope = self._file.enclosing(node, *around)
        is_definition = isinstance(node, FUNCTIONS)
        if isinstance(scope, ast.ClassDef):
            methods = self.classes[self._file.names.qualified(scope)][1]
            name = name.removeprefix(_OWN)
            if name in methods or not own:
                methods[name] = methods.get(name, True) and gives
        elif not own:
            outer = self._file.names.qualified(scope) if scope else self._file.module
            name = f"{outer}.{name}"
            if name in self.functions or is_definition:
                self.functions[name] = self.functions.get(name, True) and gives


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _assigned(statement: ast.Assign) -> Iterator[str]:
    """The names, and the attributes of self, that a statement gives a value."""
    for target in statement.targets:
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, ast.Attribute) and _is_self(target.value):
            yield f"{_OWN}{target.attr}"
