"""What all files define: which names are coroutine functions, by class and by base."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from pyguard_kernel.rules.concurrency._coroutines import (
    LIBRARY,
    is_coroutine,
    is_overload,
)
from pyguard_kernel.scopes import FUNCTIONS
from pyguard_kernel.walk import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Joined
    from pyguard_kernel.source import SourceFile

SUPER = "super:"  # before a target that is looked up in the bases alone
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
        for assignment in below(file.tree, ast.Assign):
            for name in _assigned(assignment):
                self._add(assignment, name, False)
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


class Known:
    """What all files define."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined
        self._functions: set[str] = set()
        self._classes: dict[str, Any] = {}
        for drawn in joined.facts.values():
            self._functions |= set(drawn["functions"])
            self._classes |= drawn["classes"]
        self._heirs: dict[str, list[str]] = {}
        for name, (bases, _) in self._classes.items():
            for base in bases:
                known = joined.definition(base, self._classes) if base else None
                if known is not None:
                    self._heirs.setdefault(known, []).append(name)

    def is_coroutine(self, target: str) -> bool:
        """Whether a call of this canonical name surely gives a coroutine."""
        if target in LIBRARY:
            return True
        above = target.startswith(SUPER)
        target = target.removeprefix(SUPER)
        if self._joined.definition(target, self._functions) is not None:
            return True
        owner, _, method = target.rpartition(".")
        known = self._joined.definition(owner, self._classes)
        if known is None:
            return f"{owner}.{method}" in LIBRARY
        if above:
            return self._inherited(known, method, set()) is True
        found = self._method(known, method, set())
        return found is True and self._agree(known, method)

    def _method(self, owner: str, method: str, seen: set[str]) -> bool | None:
        """Whether a class's method gives a coroutine; None where it isn't known."""
        own = self._classes[owner][1].get(method)
        return self._inherited(owner, method, seen) if own is None else own

    def _inherited(self, owner: str, method: str, seen: set[str]) -> bool | None:
        seen.add(owner)
        for base in self._classes[owner][0]:
            known = self._joined.definition(base, self._classes) if base else None
            if known in seen:
                continue
            if known is not None:
                found = self._method(known, method, seen)
                if found is not None:
                    return found
            elif f"{base}.{method}" in LIBRARY:
                return True
        return None

    def _agree(self, owner: str, method: str) -> bool:
        """Whether no class below makes the method something else."""
        queue, seen = [owner], set[str]()
        while queue:
            for heir in self._heirs.get(queue.pop(), ()):
                if heir not in seen:
                    seen.add(heir)
                    queue.append(heir)
                    if self._method(heir, method, set()) is False:
                        return False
        return True
