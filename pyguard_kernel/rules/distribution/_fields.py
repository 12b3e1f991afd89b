"""Fields of [build-system], [project] and [dependency-groups] that no tool accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fault, Fix
from pyguard_kernel.project._requirement import canonical
from pyguard_kernel.rules.distribution._values import (
    CHECKS,
    list_of,
    requirement,
    text,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.project import Node, Tree

_SPELLINGS = {
    "python-requires": "requires-python",
    "python_requires": "requires-python",
    "requires_python": "requires-python",
    "install_requires": "dependencies",
    "extras_require": "optional-dependencies",
    "optional_dependencies": "optional-dependencies",
    "entry_points": "entry-points",
    "author": "authors",
    "maintainer": "maintainers",
    "url": "urls",
    "homepage": "urls",
    "repository": "urls",
    "licence": "license",
}


def invalid(pyproject: Node, tree: Tree) -> Iterator[Fault]:
    """One fault for each value that the packaging standards don't allow."""
    build = pyproject.get("build-system")
    if build is not None:
        yield from _unknown(build, ("requires", "build-backend", "backend-path"))
        yield from list_of(build.get("requires"), requirement)
    project = pyproject.get("project")
    if project is not None:
        yield from _unknown(project, tuple(CHECKS))
        yield from _dynamic(project)
        for name, node in project.items():
            if name in CHECKS:
                check = text if isinstance(node.value, int | float) else CHECKS[name]
                yield from check(node)
        yield from _missing_files(project, tree)
    groups = pyproject.get("dependency-groups")
    if groups is not None:
        yield from _groups(groups)


def near(name: str, known: Iterable[str]) -> str:
    """The field that a name was meant for; empty where none is like it."""
    from difflib import get_close_matches

    return _SPELLINGS.get(name) or next(iter(get_close_matches(name, known, 1)), "")


def _unknown(table: Node, known: tuple[str, ...]) -> Iterator[Fault]:
    for name, node in table.items():
        if name not in known:
            meant = near(name, known)
            hint = f"did you mean `{meant}`?" if meant else "tools have a [tool] table"
            yield Fault(
                node.name_place,
                f"no standard knows the field `{name}`: {hint}",
                fix=_renamed(node, meant, table),
            )


def _renamed(node: Node, meant: str, table: Node) -> Fix | None:
    """The name that was meant, where it is free and the value is valid there."""
    check = CHECKS.get(meant)
    if node.key is None or check is None or table.get(meant) is not None:
        return None
    if any(check(node)):
        return None
    return Fix("unsafe", f"Rename it to {meant}", (Edit(*node.key, meant),))


def _dynamic(project: Node) -> Iterator[Fault]:
    listed = project.get("dynamic")
    for node in listed.elements() if listed is not None else ():
        if node.value == "name":
            yield from wrong(node, "`name` can't be dynamic: write it out")
        elif node.text not in CHECKS:
            yield from wrong(node, f"no standard knows the field `{node.value}`")
        elif project.get(node.text) is not None:
            said = f"`{node.text}` is set and dynamic at once: take it out of here"
            yield from wrong(node, said)


def _missing_files(project: Node, tree: Tree) -> Iterator[Fault]:
    """A readme or licence that is named and isn't there: the build fails."""
    readme = project.get("readme")
    if readme is not None and isinstance(readme.value, dict):
        readme = readme.get("file")
    for node in (readme, project.get("license", "file")):
        path = node.text.removeprefix("./") if node is not None else ""
        if node is not None and path and not tree.has(path) and not tree.ignores(path):
            said = f"there is no {path}: the build fails for want of it"
            yield Fault(node.place, said, absence=True)


def _groups(groups: Node) -> Iterator[Fault]:
    names = {canonical(name) for name, _ in groups.items()}
    for name, group in groups.items():
        if not isinstance(group.value, list):
            yield from wrong(group, f"the group `{name}` has to be a list")
        for entry in group.elements():
            included = entry.get("include-group")
            if included is None:
                yield from requirement(entry)
            elif canonical(included.text) not in names:
                said = f"there is no group `{included.value}` to include"
                yield from wrong(included, said)
