"""The fact `packages`: the import packages that the project is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyguard_kernel.globs import matches
from pyguard_kernel.model import Place
from pyguard_kernel.project.metadata import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.metadata import Metadata

_INIT = "__init__.py"
# Folders that hold packages and are none themselves, without being named anywhere.
_BASES = ("src", "lib", "python")
# Folders beside the package that may hold an __init__.py of their own.
_SPARES = (
    "test", "tests", "testing", "test_*", "tests_*", "*_test", "*_tests", "*-tests",
    "doc", "docs", "example", "examples", "sample", "samples", "demo", "demos",
    "script", "scripts", "tool", "tools", "utils", "bench", "benches", "benchmark",
    "benchmarks", "ci", "build", "dev", "e2e", "fixtures", "integration", "notebooks",
    "tasks", "vendor", "vendored", "third_party", "typings", "stubs", "migrations",
    "alembic", "deploy", "docker", "infra", "cookiecutter", "template", "templates",
    "custom_components", "release", "t", ".*", "*{{*", "*-stubs",
)  # fmt: skip
_TESTS = ("conftest.py", "test_*.py", "*_test.py")
_PACKS = (
    ("tool", "hatch", "build", "targets", "wheel", "packages"),
    ("tool", "hatch", "build", "packages"),
    ("tool", "setuptools", "packages"),
)
_BASE_NODES = (
    ("tool", "setuptools", "packages", "find", "where"),
    ("tool", "setuptools", "package-dir", ""),
    ("tool", "uv", "build-backend", "module-root"),
    ("tool", "maturin", "python-source"),
    ("tool", "pdm", "build", "package-dir"),
    ("tool", "hatch", "build", "sources"),
    ("tool", "hatch", "build", "targets", "wheel", "sources"),
)


@dataclass(frozen=True, slots=True)
class Package:
    """One import package.

    `name` is what is imported (`shop`, `corp.shop` in a namespace), `folder` where it
    lies, `base` the folder that has to be on the import path: empty for the root.
    """

    name: str
    folder: str
    base: str

    @property
    def place(self) -> Place:
        """The top of its `__init__.py`."""
        return Place(f"{self.folder}/{_INIT}")


def fact(
    tree: Tree, pyproject: Node | None = None, metadata: Metadata | None = None
) -> tuple[Package, ...] | None:
    """The packages at the root and in `src`, `lib` or the configured folder, by name.

    Tests, docs, examples, scripts and the like are none, nor is what lies deeper, which
    is another project's. None where there is no package.
    """
    bases = {*_BASES, *_configured_bases(pyproject)} - {"", "."}
    names = {_plain(node.value) for node in _names(metadata)}
    packed = {node.text.strip("/") for node in _packed(pyproject)}
    bases |= {path.rpartition("/")[0] for path in packed if "/" in path}
    modules = tree.matching("*.py")
    folders = {path.rpartition("/")[0] for path in modules}
    inits = {path.rpartition("/")[0] for path in tree.matching(_INIT)}
    inits -= {"", *_of_tests(modules)}
    found: dict[str, Package] = {}
    for init in sorted(inits):
        base = _base(init, bases, names, packed)
        if base is not None:
            folder = _topmost(init, base, folders)
            name = folder.removeprefix(f"{base}/" if base else "").replace("/", ".")
            found.setdefault(folder, Package(name, folder, base))
    distributed = [
        package
        for package in found.values()
        if package.base or not any(other.base for other in found.values())
    ]
    return tuple(distributed) or None


def _of_tests(modules: Iterable[str]) -> set[str]:
    """Folders of tests alone, whatever they are called (`properties`, say)."""
    tests: set[str] = set()
    others: set[str] = set()
    for path in modules:
        folder, _, name = path.rpartition("/")
        if matches(_TESTS, name):
            tests.add(folder)
        elif name != _INIT:
            others.add(folder)
    return tests - others


def _base(
    folder: str, bases: set[str], names: set[str], packed: set[str]
) -> str | None:
    """The folder that a package is imported from; None where it isn't the project's."""
    above = sorted((b for b in bases if folder.startswith(f"{b}/")), key=len)
    if above:
        return above[-1]
    first = folder.partition("/")[0]
    if folder in packed or _plain(folder) in names:
        return ""
    return "" if first == folder and not matches(_SPARES, first) else None


def _topmost(folder: str, base: str, folders: set[str]) -> str:
    """The outermost folder with modules that a package lies in, below its base.

    A namespace's folder has none; one without an `__init__.py` may have some.
    """
    parts = folder.removeprefix(f"{base}/" if base else "").split("/")
    ways = ("/".join(parts[: count + 1]) for count in range(len(parts)))
    below = (f"{base}/{way}" if base else way for way in ways)
    return next(way for way in below if way in folders)


def _names(metadata: Metadata | None) -> Iterator[Node]:
    for description in metadata.all if metadata is not None else ():
        yield from texts(description.name)


def _plain(name: str) -> str:
    """A distribution's or folder's name, as they compare to one another."""
    return re.sub(r"[-_./]+", "-", name).lower()


def _packed(pyproject: Node | None) -> Iterator[Node]:
    """The packages that a build backend is told to pack, by their folders."""
    for way in _PACKS if pyproject is not None else ():
        node = pyproject.get(*way) if pyproject is not None else None
        yield from node.strings() if node is not None else ()


def _configured_bases(pyproject: Node | None) -> Iterator[str]:
    """The folders that a build backend is told to find packages in."""
    if pyproject is None:
        return
    for way in _BASE_NODES:
        node = pyproject.get(*way)
        for text in node.strings() if node is not None else ():
            yield text.text.strip("/")
    poetry = pyproject.get("tool", "poetry", "packages")
    for package in poetry.elements() if poetry is not None else ():
        source = package.get("from")
        if source is not None:
            yield source.text.strip("/")
