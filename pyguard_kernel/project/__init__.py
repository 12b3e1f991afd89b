"""One project's files and the facts drawn from them, each with its place.

A fact is a module of this package: its function `fact` names the facts that it needs
as parameters, as rules do, and returns None where the project has nothing of the kind.
Two facts are always there: `tree` (the files) and `settings`. Modules whose names begin
with an underscore are no facts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyguard_kernel.project._node import Broken, Node
from pyguard_kernel.project._tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyguard_kernel.settings import Settings

__all__ = ["Absent", "Broken", "Facts", "Node", "Tree"]


class Absent(Exception):  # noqa: N818 -- it names what is missing
    """A fact that was asked for isn't there; the message is the fact's name."""


class Facts:
    """The facts of one project, each drawn once, when it is first asked for."""

    def __init__(self, tree: Tree, settings: Settings) -> None:
        self.tree = tree
        self._known: dict[str, Any] = {"tree": tree, "settings": settings}

    def get(self, name: str) -> Any:
        """The fact of this name, or None where the project has nothing of the kind.

        Raises:
            Broken: the one file that holds it can't be read.
        """
        if name not in self._known:
            module = import_module(f"pyguard_kernel.project.{name}")
            try:
                self._known[name] = self.call(module.fact)
            except Absent:
                self._known[name] = None
            except Broken as error:
                self.tree.broken[error.place.path] = error
                self._known[name] = error
        known = self._known[name]
        if isinstance(known, Broken):
            raise known
        return known

    def call[T](self, function: Callable[..., T]) -> T:
        """Call a function with the facts that its parameters name.

        Raises:
            Absent: a fact without a default isn't there.
            Broken: the one file that holds a fact can't be read.
        """
        code = function.__code__
        names = code.co_varnames[: code.co_argcount]
        optional = names[len(names) - len(function.__defaults__ or ()) :]
        values = {name: self.get(name) for name in names}
        for name, value in values.items():
            if value is None and name not in optional:
                raise Absent(name)
        return function(**values)
