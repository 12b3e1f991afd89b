"""The fact `tool_settings`: what tools are told, in whichever file they read it.

Each tool reads one file: the first of its own order that has settings for it. The
names within are those of the tool's own documentation, whatever the file's format:
`get("coverage", "report", "fail_under")` may stand in .coveragerc as in pyproject.toml,
and a section `[mypy-tests.*]` is one of mypy's `overrides`.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.project._node import Node
from pyguard_kernel.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.project._tree import Tree

_PYPROJECT = "pyproject.toml"


class _Source(NamedTuple):
    """A file that a tool may read, and the way to its settings in there.

    Without a way, the whole file is the tool's. A way that ends in `*` means all
    sections that begin so: `coverage:*` are `coverage:run`, `coverage:report`, ...
    """

    path: str
    way: tuple[str, ...] = ()


_SOURCES: Mapping[str, tuple[_Source, ...]] = {
    "mypy": (
        _Source("mypy.ini", ("mypy",)),
        _Source(".mypy.ini", ("mypy",)),
        _Source(_PYPROJECT, ("tool", "mypy")),
        _Source("setup.cfg", ("mypy",)),
    ),
    "pyright": (
        _Source("pyrightconfig.json"),
        _Source(_PYPROJECT, ("tool", "pyright")),
    ),
    "basedpyright": (
        _Source("pyrightconfig.json"),
        _Source(_PYPROJECT, ("tool", "basedpyright")),
        _Source(_PYPROJECT, ("tool", "pyright")),
    ),
    "ty": (_Source("ty.toml"), _Source(_PYPROJECT, ("tool", "ty"))),
    "pyrefly": (_Source("pyrefly.toml"), _Source(_PYPROJECT, ("tool", "pyrefly"))),
    "ruff": (
        _Source(".ruff.toml"),
        _Source("ruff.toml"),
        _Source(_PYPROJECT, ("tool", "ruff")),
    ),
    "pytest": (
        _Source("pytest.toml", ("pytest",)),
        _Source(".pytest.toml", ("pytest",)),
        _Source("pytest.ini", ("pytest",)),
        _Source(".pytest.ini", ("pytest",)),
        _Source(_PYPROJECT, ("tool", "pytest", "ini_options")),
        _Source(_PYPROJECT, ("tool", "pytest")),
        _Source("tox.ini", ("pytest",)),
        _Source("setup.cfg", ("tool:pytest",)),
    ),
    "coverage": (
        _Source(".coveragerc", ("*",)),
        _Source("setup.cfg", ("coverage:*",)),
        _Source("tox.ini", ("coverage:*",)),
        _Source(_PYPROJECT, ("tool", "coverage")),
    ),
    "vulture": (_Source(_PYPROJECT, ("tool", "vulture")),),
    "mutmut": (
        _Source(_PYPROJECT, ("tool", "mutmut")),
        _Source("setup.cfg", ("mutmut",)),
    ),
    "bandit": (
        _Source(".bandit", ("bandit",)),
        _Source(_PYPROJECT, ("tool", "bandit")),
    ),
}


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """What each tool is told; a tool without settings of its own isn't in `tables`."""

    tables: Mapping[str, Node]

    def get(self, tool: str, *way: str) -> Node | None:
        """What a tool is told under this way of names, or None."""
        table = self.tables.get(tool)
        return table.get(*way) if table else None


def fact(tree: Tree) -> ToolSettings:
    """The settings of all tools; `tree.broken` has the files that can't be read."""
    tables = {}
    for tool, sources in _SOURCES.items():
        found = (table for source in sources for table in _tables(tree, source))
        if table := next(found, None):
            tables[tool] = table
    return ToolSettings(tables)


def read(tree: Tree, tool: str, path: str) -> Node | None:
    """A tool's settings in a file that a command names: `mypy --config-file ci.ini`.

    Its sections are taken as the file's suffix says: a pyproject.toml anywhere has
    them where the root's has them.
    """
    if not tree.has(path):
        return None
    name = path.rpartition("/")[2]
    known = [source for source in _SOURCES[tool] if source.path == name]
    if not known:
        toml = name.endswith(".toml")
        known = [s for s in _SOURCES[tool] if s.path.endswith(".toml") is toml]
    found = (t for s in known for t in _tables(tree, _Source(path, s.way)))
    return next(found, None)


def _tables(tree: Tree, source: _Source) -> Iterator[Node]:
    """The table that the source holds, where it is there and can be read."""
    path = source.path
    if not tree.has(path):
        return
    parse = tree.ini
    if path.endswith(".toml"):
        parse = tree.toml
    elif path.endswith(".json"):
        parse = tree.json
    for document in tree.each([path], parse):
        *above, last = source.way or ("",)
        if not last:
            yield document
        elif last.endswith("*"):
            yield from _joined(document, last[:-1])
        elif table := document.get(*above, last):
            yield _with_overrides(table, document) if last == "mypy" else table


def _with_overrides(table: Node, document: Node) -> Node:
    """The table of mypy, with its sections of single modules as TOML has them."""
    held = [
        replace(section, value={"module": _named(section, name), **section.value})
        for name, section in document.items()
        if name.startswith("mypy-")
    ]
    if not held:
        return table
    overrides = replace(held[0], value=held)
    return replace(table, value={**table.value, "overrides": overrides})


def _named(section: Node, name: str) -> Node:
    return replace(section, value=name.removeprefix("mypy-"))


def _joined(document: Node, prefix: str) -> Iterator[Node]:
    """Sections of one prefix, as the tables of one table."""
    held = {
        name.removeprefix(prefix): section
        for name, section in document.items()
        if name.startswith(prefix)
    }
    if held:
        first = next(iter(held.values()))
        yield Node(held, document.path, first.span, first.key, first.text_line)


def is_on(node: Node | None) -> bool | None:
    """A switch's position, in TOML or in an INI file's words; None where it isn't set.

    A value that is none of both says nothing.
    """
    if node is None:
        return None
    word = str(node.value).strip().lower()
    if word in ("true", "yes", "on", "1"):
        return True
    return False if word in ("false", "no", "off", "0") else None


def number(node: Node | None) -> float | None:
    """A number, whether it is written as one or as text; None where it is none."""
    if node is None or isinstance(node.value, bool):
        return None
    try:
        return float(node.value)
    except (TypeError, ValueError):
        return None


def options(node: Node | None) -> list[str]:
    """Options of a command line (pytest's addopts), as text or as a list."""
    if node is None:
        return []
    words: list[str] = []
    for text in node.strings():
        if isinstance(node.value, list):
            words.append(text.text)
            continue
        try:
            words += shlex.split(text.text, comments=True)
        except ValueError:  # a quote is left open
            words += text.text.split()
    return words


def listed(node: Node | None) -> list[str]:
    """Names in a list, or in a text with commas or lines between them."""
    if node is None:
        return []
    if isinstance(node.value, str):
        return [word for word in re.split(r"[,\s]+", node.value) if word]
    return [element.text for element in node.strings()]


def ruff_selects(settings: ToolSettings, family: str) -> Node | None:
    """Where the linter is told to use a family of rules (`S`), or one of its rules.

    None where it isn't: without settings ruff uses E4, E7, E9 and F.
    """
    for way in (("lint",), ()):
        dropped = settings.get("ruff", *way, "ignore")
        if dropped and family in listed(dropped):
            return None
        for name in ("select", "extend-select"):
            node = settings.get("ruff", *way, name)
            for element in node.strings() if node else ():
                if covers_family(element.text, family):
                    return element
    return None


def covers_family(selector: str, family: str) -> bool:
    """Whether a selector of ruff's means rules of this family: ALL, S, S1, S608."""
    if selector == "ALL":
        return True
    return re.fullmatch(re.escape(family) + r"\d*", selector) is not None
