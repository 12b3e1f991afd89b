"""What a pyproject.toml has to say, and doesn't."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.rules.distribution._fields import near

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project import Node, Tree
    from pyguard_kernel.project.dependencies import Dependencies
    from pyguard_kernel.project.metadata import Metadata

_DEVELOPED = ("tox.ini", "tox.toml", "noxfile.py", "hatch.toml", "PKG-INFO")
_DEVELOPMENT = re.compile(
    r"(?:^|[-_./])(?:dev|develop|development|tests?|testing|lint|docs?|typing|ci|checks?"
    r"|quality|style|all)(?:$|[-_./])"
)

# What each absence leads to, and what to do.
HARMS = {
    "name": "the table isn't valid, and nothing can be built or locked from it",
    "version": "the table isn't valid; set it, or list it in `dynamic`",
    "requires-python": (
        "pip installs it on a Python that it can't run on; say which ones it supports"
    ),
    "[build-system]": (
        "installers fall back to setuptools in its legacy mode; name a backend, or say"
        " `package = false` in [tool.uv] where nothing is built"
    ),
    "build-backend": (
        "installers fall back to setuptools in its legacy mode; name the backend"
    ),
    "requires": "the table isn't valid; list the build backend's package",
    "development group": (
        "each contributor guesses the test tools and their versions; list them in"
        " [dependency-groups]"
    ),
}


def lacks(
    pyproject: Node,
    metadata: Metadata | None,
    dependencies: Dependencies | None,
    tree: Tree,
) -> Iterator[str]:
    """What has to be there and isn't, in the order of `HARMS`.

    Of a file that is checked alone, only what its own tables lack: with [build-system]
    and [project] it is whole, and else it may be a part.
    """
    build = pyproject.get("build-system")
    if tree.partial and build is None:
        return
    dynamic = metadata.dynamic if metadata is not None else frozenset()
    project = pyproject.get("project")
    misspelt = {near(name, ()) for name, _ in project.items()} if project else set()
    for name in ("name", "version", "requires-python"):
        if not (pyproject.get("project", name) or name in dynamic | misspelt):
            yield name
    if build is not None:
        yield from (n for n in ("build-backend", "requires") if build.get(n) is None)
    elif not _is_unpackaged(pyproject):
        yield "[build-system]"
    if not tree.partial and not _develops(pyproject, dependencies, tree):
        yield "development group"


def _is_unpackaged(pyproject: Node) -> bool:
    """Whether it says that nothing is built: applications, a workspace's root."""
    ways = (("uv", "package"), ("poetry", "package-mode"), ("pdm", "distribution"))
    nodes = (pyproject.get("tool", *way) for way in ways)
    return any(node is not None and node.value is False for node in nodes)


def _develops(pyproject: Node, dependencies: Dependencies | None, tree: Tree) -> bool:
    """Whether development's tools are listed anywhere: a group, an extra, a file.

    A source distribution leaves the files out, and nobody develops in it.
    """
    groups = pyproject.get("dependency-groups")
    if groups is not None and groups.value:
        return True
    if tree.matching(*_DEVELOPED):
        return True
    return any(
        one.part == "group" or _DEVELOPMENT.search(one.group)
        for one in (dependencies.all if dependencies is not None else ())
    )
