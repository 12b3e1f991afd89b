"""The fact `pyproject`: the root's pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

PATH = "pyproject.toml"


def fact(tree: Tree) -> Node | None:
    """The document, with places; None where there is none.

    Raises:
        Broken: it can't be read.
    """
    return tree.toml(PATH) if tree.has(PATH) else None
