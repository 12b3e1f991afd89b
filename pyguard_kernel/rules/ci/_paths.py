"""Where the project's own code lies, as arguments of a command."""

from __future__ import annotations

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
