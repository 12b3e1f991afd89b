"""Moves a simple project from setuptools to hatchling, and bounds a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fix
from pyguard_kernel.project._requirement import canonical, parse
from pyguard_kernel.project._standards import with_lower_bound
from pyguard_kernel.rules.distribution._backends import HATCHLING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyguard_kernel.project import Node, Tree
    from pyguard_kernel.project.packages import Package

# Files that tell setuptools what hatchling wouldn't know.
_OWN_FILES = ("setup.py", "setup.cfg", "MANIFEST.in")


def bounded(requirement: Node, known: str) -> Fix | None:
    """The same requirement with a lower bound, and with an upper one if it has none.

    None where what it asks for is older than the range that is known to be good.
    """
    text = with_lower_bound(requirement.text, known)
    if not text:
        return None
    return Fix("safe", f"Ask for {text}", (_replacing(requirement, f'"{text}"'),))


def moved(tree: Tree, build: Node, packages: Sequence[Package]) -> Fix | None:
    """[build-system] with hatchling, where it packs the same package without a word.

    None where setuptools is configured in any way, fills in fields, or another package
    is built than the one that is called as the project is.
    """
    pyproject = tree.toml(build.path)
    backend, requires = build.get("build-backend"), build.get("requires")
    name = pyproject.get("project", "name")
    own = [p for p in packages if name and canonical(p.name) == canonical(name.text)]
    if (
        backend is None
        or requires is None
        or len(own) != len(packages)
        or len(own) != 1
        or any(tree.has(path) for path in _OWN_FILES)
        or pyproject.get("project", "dynamic") is not None
        or pyproject.get("tool", "setuptools") is not None
        or any(_needs_more(node) for node in requires.elements())
    ):
        return None
    edits = (
        _replacing(requires, HATCHLING),
        _replacing(backend, '"hatchling.build"'),
    )
    return Fix("unsafe", "Build with hatchling", edits)


def _needs_more(requirement: Node) -> bool:
    """Whether the build asks for more than setuptools and wheel: plug-ins, say."""
    name = parse(requirement.text, requirement.place).name
    return name not in ("setuptools", "wheel")


def _replacing(node: Node, text: str) -> Edit:
    return Edit(*node.span, text)
