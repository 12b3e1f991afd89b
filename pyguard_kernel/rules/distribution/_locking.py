"""How a project would make its lock, and what keeps it out of git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.gitignore import Rules
from pyguard_kernel.project import Broken

if TYPE_CHECKING:
    from pyguard_kernel.model import Place
    from pyguard_kernel.project import Node, Tree

_BUILDING = {"build", "version"}


def ignoring(tree: Tree, path: str) -> Place | None:
    """The line of the root's .gitignore that makes git ignore a file."""
    # Where all is ignored, pyproject.toml too, the line isn't about locks.
    if not tree.ignores(path) or tree.ignores("pyproject.toml"):
        return None
    found = None
    try:
        lines = tree.text(".gitignore").split("\n")
    except (Broken, KeyError):
        return None
    for number, line in enumerate(lines, 1):
        if Rules(()).with_file(line).ignore(path, is_folder=False):
            found = tree.line(".gitignore", number)
    return found


def locking(tree: Tree, pyproject: Node | None) -> tuple[str, str]:
    """The command that makes a lock, and the lock."""
    if tree.has("Pipfile"):
        return "pipenv lock", "Pipfile.lock"
    for tool in ("poetry", "pdm"):
        table = pyproject.get("tool", tool) if pyproject is not None else None
        # PDM's backend has its table too, where another tool installs.
        if table is not None and {name for name, _ in table.items()} - _BUILDING:
            return f"{tool} lock", f"{tool}.lock"
    return "uv lock", "uv.lock"
