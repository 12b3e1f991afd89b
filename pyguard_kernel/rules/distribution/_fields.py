"""Fields of [build-system], [project] and [dependency-groups] that no tool accepts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fault, Fix
from pyguard_kernel.project._requirement import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyguard_kernel.project import Node, Tree

    type Check = Callable[[Node], Iterator[Fault]]

_NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?", re.IGNORECASE)
_POINT = re.compile(r"\s*[\w.]+\s*(?::\s*[\w.]+\s*)?(?:\[[\w\s,.-]*\]\s*)?")
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
        yield from _list_of(build.get("requires"), _requirement)
    project = pyproject.get("project")
    if project is not None:
        yield from _unknown(project, tuple(_CHECKS))
        yield from _dynamic(project)
        for name, node in project.items():
            if name in _CHECKS:
                check = _text if isinstance(node.value, int | float) else _CHECKS[name]
                yield from check(node)
        yield from _missing_files(project, tree)
    groups = pyproject.get("dependency-groups")
    if groups is not None:
        yield from _groups(groups)


def _wrong(node: Node, said: str) -> Iterator[Fault]:
    yield Fault(node.place, said)


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
    check = _CHECKS.get(meant)
    if node.key is None or check is None or table.get(meant) is not None:
        return None
    if any(check(node)):
        return None
    return Fix("unsafe", f"Rename it to {meant}", (Edit(*node.key, meant),))


def _dynamic(project: Node) -> Iterator[Fault]:
    listed = project.get("dynamic")
    for node in listed.elements() if listed is not None else ():
        if node.value == "name":
            yield from _wrong(node, "`name` can't be dynamic: write it out")
        elif node.text not in _CHECKS:
            yield from _wrong(node, f"no standard knows the field `{node.value}`")
        elif project.get(node.text) is not None:
            said = f"`{node.text}` is set and dynamic at once: take it out of here"
            yield from _wrong(node, said)


# -- values ---------------------------------------------------------------------------


def _text(node: Node) -> Iterator[Fault]:
    if not isinstance(node.value, str):
        yield from _wrong(node, "this has to be a text: put it into quotes")


def _name(node: Node) -> Iterator[Fault]:
    if not _NAME.fullmatch(node.text):
        yield from _wrong(
            node,
            f"`{node.value}` is no valid name: letters, digits and `.`, `-`, `_`"
            " between them",
        )


def _version(node: Node) -> Iterator[Fault]:
    from packaging.version import InvalidVersion, Version

    try:
        Version(node.text)
    except InvalidVersion:
        said = (
            f"`{node.value}` is no valid version: write it as in `1.2.0` or `1.2.0rc1`"
        )
        yield from _wrong(node, said)


def _specifier(node: Node) -> Iterator[Fault]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(node.value)
    except (InvalidSpecifier, TypeError, AttributeError):
        said = f"`{node.value}` is no valid range: write it as in `>=3.12`"
        yield from _wrong(node, said)


def _requirement(node: Node) -> Iterator[Fault]:
    from packaging.requirements import InvalidRequirement, Requirement

    if not isinstance(node.value, str):
        yield from _wrong(node, "a requirement is a text, as in `httpx>=0.28,<1`")
        return
    try:
        Requirement(node.value)
    except InvalidRequirement as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        said = (
            f"`{node.value}` is no valid requirement: {reason[:1].lower()}{reason[1:]}"
        )
        yield from _wrong(node, said)


def _license(node: Node) -> Iterator[Fault]:
    from packaging.licenses import (
        InvalidLicenseExpression,
        canonicalize_license_expression,
    )

    if isinstance(node.value, dict):
        if len({"file", "text"} & node.value.keys()) != 1:
            yield from _wrong(node, "a licence's table has either `file` or `text`")
        return
    try:
        canonicalize_license_expression(node.text)
    except InvalidLicenseExpression:
        said = f"`{node.value}` is no licence expression: write it as in `Apache-2.0`"
        yield from _wrong(node, said)


def _readme(node: Node) -> Iterator[Fault]:
    if isinstance(node.value, str):
        if not node.text.lower().endswith((".md", ".rst", ".txt")):
            said = "say what this is: { file = ..., content-type = `text/markdown` }"
            yield from _wrong(node, said)
    elif node.get("content-type") is None:
        yield from _wrong(node, "a readme's table says its `content-type`")
    elif len({"file", "text"} & node.value.keys()) != 1:
        yield from _wrong(node, "a readme's table has either `file` or `text`")


def _person(node: Node) -> Iterator[Fault]:
    known = isinstance(node.value, dict) and node.value
    if not known or not node.value.keys() <= {"name", "email"}:
        said = 'a person is a table of `name`, `email` or both: { name = "..." }'
        yield from _wrong(node, said)


def _list_of(node: Node | None, check: Check) -> Iterator[Fault]:
    if node is None:
        return
    if not isinstance(node.value, list):
        yield from _wrong(node, 'this has to be a list, as in ["..."]')
    for element in node.elements():
        yield from check(element)


def _table_of(node: Node, check: Check) -> Iterator[Fault]:
    if not isinstance(node.value, dict):
        yield from _wrong(node, "this has to be a table")
    for _, value in node.items():  # noqa: PERF102 -- a node has no values()
        yield from check(value)


def _point(node: Node) -> Iterator[Fault]:
    if not _POINT.fullmatch(node.text):
        said = f"`{node.value}` names no function: write it as in `shop.cli:main`"
        yield from _wrong(node, said)


def _extras(node: Node) -> Iterator[Fault]:
    yield from _table_of(node, lambda one: _list_of(one, _requirement))


def _points(node: Node) -> Iterator[Fault]:
    for name in ("console_scripts", "gui_scripts"):
        group = node.get(name)
        if group is not None:
            table = name.replace("console_", "").replace("_", "-")
            yield Fault(group.name_place, f"these belong into [project.{table}]")
    yield from _table_of(node, lambda one: _table_of(one, _point))


def _texts(node: Node) -> Iterator[Fault]:
    yield from _list_of(node, _text)


_CHECKS: dict[str, Check] = {
    "name": _name,
    "version": _version,
    "description": _text,
    "readme": _readme,
    "requires-python": _specifier,
    "license": _license,
    "license-files": _texts,
    "authors": lambda node: _list_of(node, _person),
    "maintainers": lambda node: _list_of(node, _person),
    "keywords": _texts,
    "classifiers": _texts,
    "urls": lambda node: _table_of(node, _text),
    "scripts": lambda node: _table_of(node, _point),
    "gui-scripts": lambda node: _table_of(node, _point),
    "entry-points": _points,
    "dependencies": lambda node: _list_of(node, _requirement),
    "optional-dependencies": _extras,
    "import-names": _texts,
    "import-namespaces": _texts,
    "dynamic": _texts,
}


# -- what refers to something else ----------------------------------------------------


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
            yield from _wrong(group, f"the group `{name}` has to be a list")
        for entry in group.elements():
            included = entry.get("include-group")
            if included is None:
                yield from _requirement(entry)
            elif canonical(included.text) not in names:
                said = f"there is no group `{included.value}` to include"
                yield from _wrong(included, said)
