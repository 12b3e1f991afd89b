"""Where the project's own code lies, and which tools it asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyguard_kernel.project._tree import Tree

_OTHERS = frozenset(
    {"tests", "test", "docs", "doc", "examples", "scripts", "benchmarks"}
)


def sources(tree: Tree) -> tuple[str, ...]:
    """`src`, or the packages at the root, or the root."""
    if tree.matching("/src/*/__init__.py"):
        return ("src",)
    inits = tree.matching("/*/__init__.py")
    folders = [path.partition("/")[0] for path in inits if path.count("/") == 1]
    return tuple(folder for folder in folders if folder not in _OTHERS) or (".",)


def declares(tree: Tree, tool: str) -> bool:
    """Whether the project asks for a tool among its dependencies, wherever."""
    name = re.escape(tool)
    asked = re.compile(rf"""(?:^|["'\s]){name}(?=[\s\[<>=!~;"',@]|$)""", re.MULTILINE)
    return any(asked.search(tree.text(path)) for path in tree.paths if _asks(path))


def _asks(path: str) -> bool:
    """Whether a file is one that a project's root names its dependencies in."""
    if path.startswith("requirements"):
        return path.endswith(".txt") and path.count("/") <= 1
    return path in ("pyproject.toml", "setup.cfg", "setup.py")
