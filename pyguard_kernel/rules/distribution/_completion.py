"""Completes a pyproject.toml with what the project's other files say."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fix
from pyguard_kernel.project import Broken
from pyguard_kernel.project._requirement import canonical
from pyguard_kernel.rules.distribution._backends import HATCHLING, PACKAGES, RANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyguard_kernel.project import Node, Tree
    from pyguard_kernel.project.packages import Package
    from pyguard_kernel.settings import Settings

_VERSION = re.compile(
    r"^__version__(?:\s*:\s*[\w.]+)?\s*=\s*[\"']([^\"'\n]+)[\"']", re.M
)
_PYTHON = re.compile(r"Programming Language :: Python :: 3\.(\d+)$")
# The tables that single lines belong into.
_HEADERS = {
    "name": "project",
    "version": "project",
    "requires-python": "project",
    "requires": "build-system",
    "build-backend": "build-system",
}
# What a field is written after, where it is there.
_BEFORE = {
    "version": ("name",),
    "requires-python": ("name", "version"),
    "build-backend": ("requires",),
}
_TOOLS = {"pytest": "pytest>=9", "ruff": "ruff>=0.14", "mypy": "mypy>=1.18"}


def completion(
    tree: Tree,
    settings: Settings,
    pyproject: Node,
    packages: Sequence[Package],
    lacks: Sequence[str],
) -> Fix | None:
    """Edits that add what is missing; None where one can't be derived."""
    maker = _Maker(tree, settings, pyproject, packages)
    lines = tree.text(pyproject.path).split("\n")
    edits: list[Edit] = []
    appended: list[str] = []
    for name in lacks:
        text = maker.text(name)
        if text is None:
            return None
        header = _HEADERS.get(name)
        if header is None:
            appended.append(text)
            continue
        table = pyproject.get(header)
        line = table.span[0] if table is not None else 0
        if not lines[line - 1].startswith(f"[{header}]"):
            return None  # a dotted or inline table has no header to write under
        line = max([line, *_ends(table, _BEFORE.get(name, ()))])
        edits.append(_below(lines, line, text))
    if appended:
        last = max(number for number, line in enumerate(lines, 1) if line.strip())
        edits.append(_below(lines, last, "\n" + "\n".join(appended)))
    return Fix("unsafe", f"Add {', '.join(lacks)}", tuple(_joined(edits)))


def _below(lines: Sequence[str], line: int, text: str) -> Edit:
    """Whole lines after a line, whether the text ends in a line break or not."""
    end = (line, len(lines[line - 1]) + 1)
    return Edit(*end, *end, "\n" + text.removesuffix("\n"))


def _ends(table: Node | None, names: Iterable[str]) -> Iterator[int]:
    """The last lines of these fields, as far as a table has them."""
    for name in names if table is not None else ():
        node = table.get(name) if table is not None else None
        if node is not None:
            yield node.span[2]


def _joined(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Insertions at one place as one, in their order."""
    found: dict[tuple[int, int], Edit] = {}
    for edit in edits:
        before = found.get((edit.line, edit.column))
        content = (before.content if before else "") + edit.content
        found[edit.line, edit.column] = replace(edit, content=content)
    yield from found.values()


class _Maker:
    """What each missing part may be, by the signs that the project gives."""

    def __init__(
        self,
        tree: Tree,
        settings: Settings,
        pyproject: Node,
        packages: Sequence[Package],
    ) -> None:
        self._tree = tree
        self._settings = settings
        self._pyproject = pyproject
        self._packages = packages

    def text(self, name: str) -> str | None:
        """The line or table that is missing; None where nothing tells what it is."""
        match name:
            case "[build-system]":
                return self._build_system()
            case "development group":
                tools = "".join(f'    "{tool}",\n' for tool in self._tools())
                return f"[dependency-groups]\ndev = [\n{tools}]\n"
            case "requires":
                backend = self._pyproject.get("build-system", "build-backend")
                package = PACKAGES.get(backend.text) if backend is not None else None
                return f'requires = ["{RANGES[package]}"]\n' if package else None
            case "name":
                value = self._name()
            case "version":
                value = self._version()
            case "requires-python":
                value = f">={self._python()}"
            case _:
                value = next(self._backends(), None)
        return f'{name} = "{value}"\n' if value else None

    def _name(self) -> str | None:
        names = {package.name for package in self._packages}
        return re.sub(r"[._]+", "-", names.pop()) if len(names) == 1 else None

    def _version(self) -> str:
        for package in self._packages:
            for module in ("__init__.py", "_version.py", "__about__.py"):
                path = f"{package.folder}/{module}"
                if match := _VERSION.search(_read(self._tree, path)):
                    return match[1]
        return "0.1.0"

    def _python(self) -> str:
        """The oldest Python that the project says it runs on."""
        classifiers = self._pyproject.get("project", "classifiers")
        texts = classifiers.strings() if classifiers is not None else ()
        minors = [int(m[1]) for text in texts if (m := _PYTHON.search(text.text))]
        if minors:
            return f"3.{min(minors)}"
        pinned = re.match(r"\s*(3\.\d+)", _read(self._tree, ".python-version"))
        if pinned:
            return pinned[1]
        return ".".join(map(str, self._settings.target_version))

    def _build_system(self) -> str | None:
        """Hatchling, where it finds the package by itself; without one, none."""
        if self._tree.has("setup.py") or self._tree.has("setup.cfg"):
            return None
        if not self._packages:
            uv = self._pyproject.get("tool", "uv")
            return "[tool.uv]\npackage = false\n" if uv is None else None
        name = self._pyproject.get("project", "name")
        own = (
            canonical(name.text) if name is not None else canonical(self._name() or "")
        )
        if own not in {canonical(package.name) for package in self._packages}:
            return None
        return (
            f"[build-system]\nrequires = {HATCHLING}\n"
            'build-backend = "hatchling.build"\n'
        )

    def _backends(self) -> Iterator[str]:
        requires = self._pyproject.get("build-system", "requires")
        for node in requires.strings() if requires is not None else ():
            name = canonical(re.split(r"[^\w.-]", node.text, maxsplit=1)[0])
            yield from (b for b, package in PACKAGES.items() if package == name)

    def _tools(self) -> Iterable[str]:
        """The tools that are configured, else those that any project may begin with."""
        tables = self._pyproject.get("tool")
        used = [t for name, t in _TOOLS.items() if tables and tables.get(name)]
        return used or [_TOOLS["pytest"], _TOOLS["ruff"]]


def _read(tree: Tree, path: str) -> str:
    try:
        return tree.text(path) if tree.has(path) else ""
    except Broken:
        return ""
