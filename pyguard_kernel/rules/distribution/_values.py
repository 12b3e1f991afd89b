"""Values of pyproject.toml's fields that the packaging standards don't allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Fault
from pyguard_kernel.project._standards import (
    fault_of_requirement,
    is_license,
    is_range,
    is_version,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyguard_kernel.project import Node

    type Check = Callable[[Node], Iterator[Fault]]

_NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?", re.IGNORECASE)
_POINT = re.compile(r"\s*[\w.]+\s*(?::\s*[\w.]+\s*)?(?:\[[\w\s,.-]*\]\s*)?")


def wrong(node: Node, said: str) -> Iterator[Fault]:
    """One fault, at the value."""
    yield Fault(node.place, said)


def text(node: Node) -> Iterator[Fault]:
    """A text."""
    if not isinstance(node.value, str):
        yield from wrong(node, "this has to be a text: put it into quotes")


def _name(node: Node) -> Iterator[Fault]:
    if not _NAME.fullmatch(node.text):
        yield from wrong(
            node,
            f"`{node.value}` is no valid name: letters, digits and `.`, `-`, `_`"
            " between them",
        )


def _version(node: Node) -> Iterator[Fault]:
    if not is_version(node.text):
        yield from wrong(
            node,
            f"`{node.value}` is no valid version: write it as in `1.2.0` or `1.2.0rc1`",
        )


def _specifier(node: Node) -> Iterator[Fault]:
    if not (isinstance(node.value, str) and is_range(node.value)):
        said = f"`{node.value}` is no valid range: write it as in `>=3.12`"
        yield from wrong(node, said)


def requirement(node: Node) -> Iterator[Fault]:
    """A requirement, as `[project]` and groups write it."""
    if not isinstance(node.value, str):
        yield from wrong(node, "a requirement is a text, as in `httpx>=0.28,<1`")
    elif reason := fault_of_requirement(node.value):
        yield from wrong(node, f"`{node.value}` is no valid requirement: {reason}")


def _license(node: Node) -> Iterator[Fault]:
    if isinstance(node.value, dict):
        if len({"file", "text"} & node.value.keys()) != 1:
            yield from wrong(node, "a licence's table has either `file` or `text`")
        for key, value in node.items():
            if not isinstance(value.value, str):
                yield from wrong(value, f"`{key}` of a licence is a text")
    elif not is_license(node.text):
        said = f"`{node.value}` is no licence expression: write it as in `Apache-2.0`"
        yield from wrong(node, said)


def _readme(node: Node) -> Iterator[Fault]:
    if isinstance(node.value, str):
        if not node.text.lower().endswith((".md", ".rst", ".txt")):
            said = "say what this is: { file = ..., content-type = `text/markdown` }"
            yield from wrong(node, said)
    elif node.get("content-type") is None:
        yield from wrong(node, "a readme's table says its `content-type`")
    elif len({"file", "text"} & node.value.keys()) != 1:
        yield from wrong(node, "a readme's table has either `file` or `text`")


def _person(node: Node) -> Iterator[Fault]:
    known = isinstance(node.value, dict) and node.value
    if not known or not node.value.keys() <= {"name", "email"}:
        said = 'a person is a table of `name`, `email` or both: { name = "..." }'
        yield from wrong(node, said)


def list_of(node: Node | None, check: Check) -> Iterator[Fault]:
    """A list of such values, where there is any."""
    if node is None:
        return
    if not isinstance(node.value, list):
        yield from wrong(node, 'this has to be a list, as in ["..."]')
    for element in node.elements():
        yield from check(element)


def _table_of(node: Node, check: Check) -> Iterator[Fault]:
    if not isinstance(node.value, dict):
        yield from wrong(node, "this has to be a table")
    for _, value in node.items():  # noqa: PERF102 -- a node has no values()
        yield from check(value)


def _point(node: Node) -> Iterator[Fault]:
    if not _POINT.fullmatch(node.text):
        said = f"`{node.value}` names no function: write it as in `shop.cli:main`"
        yield from wrong(node, said)


def _extras(node: Node) -> Iterator[Fault]:
    yield from _table_of(node, lambda one: list_of(one, requirement))


def _points(node: Node) -> Iterator[Fault]:
    for name in ("console_scripts", "gui_scripts"):
        group = node.get(name)
        if group is not None:
            table = name.replace("console_", "").replace("_", "-")
            yield Fault(group.name_place, f"these belong into [project.{table}]")
    yield from _table_of(node, lambda one: _table_of(one, _point))


def _texts(node: Node) -> Iterator[Fault]:
    yield from list_of(node, text)


# The fields of [project], and what each has to be.
CHECKS: dict[str, Check] = {
    "name": _name,
    "version": _version,
    "description": text,
    "readme": _readme,
    "requires-python": _specifier,
    "license": _license,
    "license-files": _texts,
    "authors": lambda node: list_of(node, _person),
    "maintainers": lambda node: list_of(node, _person),
    "keywords": _texts,
    "classifiers": _texts,
    "urls": lambda node: _table_of(node, text),
    "scripts": lambda node: _table_of(node, _point),
    "gui-scripts": lambda node: _table_of(node, _point),
    "entry-points": _points,
    "dependencies": lambda node: list_of(node, requirement),
    "optional-dependencies": _extras,
    "import-names": _texts,
    "import-namespaces": _texts,
    "dynamic": _texts,
}
