"""The fact `locks`: the project's lockfiles, and what each of them locks."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyguard_kernel.model import Place
from pyguard_kernel.project._node import Broken
from pyguard_kernel.project._requirement import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.requirements import Requirements

    type Reader = Callable[[Any], Lock]

_PYLOCK = re.compile(r"pylock\.(?:[^./]+\.)?toml")
# What uv writes of a requirement that comes from an index.
_FROM_INDEX = {"name", "extras", "marker", "specifier", "index", "conflict"}
_OWN = {"editable", "virtual", "directory"}


@dataclass(frozen=True, slots=True)
class Lock:
    """One lockfile.

    `form` is uv, pylock, poetry, pdm, pipenv, requirements (with hashes), pixi or
    conda. `names` are the packages that it locks, in canonical form; None where they
    aren't known. `asked` is what it recorded of the project's own requirements, which
    only uv.lock does: names to the specifiers that stood there (None for a requirement
    that no index answers); None where it records nothing. `versions` are the locked
    versions, where one version of a package is locked and the form tells it.
    """

    form: str
    path: str = ""
    names: frozenset[str] | None = None
    asked: Mapping[str, tuple[str | None, ...]] | None = field(default=None)
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """The top of the file."""
        return Place(self.path)


def fact(
    tree: Tree, requirements: Requirements | None = None
) -> tuple[Lock, ...] | None:
    """The lockfiles at the root, and hashed requirements there or in requirements/.

    None where there is none; one that can't be read is broken, and left out.
    """
    locks = [*_files(tree), *_requirements(requirements)]
    return tuple(locks) or None


def form_of(path: str) -> str:
    """The form of the lock that a file of this path is; empty where it is none."""
    if _PYLOCK.fullmatch(path):
        return "pylock"
    return _FORMS.get(path, "")


_FORMS = {
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "Pipfile.lock": "pipenv",
    "pixi.lock": "pixi",
    "conda-lock.yml": "conda",
}


def _files(tree: Tree) -> Iterator[Lock]:
    for path in tree.paths:
        form = form_of(path)
        if not form:
            continue
        try:
            yield _read(tree, path, form)
        except Broken as error:
            tree.broken[path] = error


def _read(tree: Tree, path: str, form: str) -> Lock:
    if form == "pipenv":
        document = tree.json(path).plain
        names = [
            name for part in ("default", "develop") for name in _of(document, part)
        ]
        return Lock(form, path, frozenset(canonical(name) for name in names))
    if form in ("pixi", "conda"):
        return Lock(form, path)
    try:
        # Not with places: a lock has ten thousands of values.
        document = tomllib.loads(tree.text(path))
    except (tomllib.TOMLDecodeError, RecursionError):
        tree.toml(path)  # raises Broken, and says where
        raise
    key = "packages" if form == "pylock" else "package"
    packages = [p for p in _listed(document, key) if isinstance(p.get("name"), str)]
    names = [canonical(package["name"]) for package in packages]
    own = [package for package in packages if _is_own(package.get("source"))]
    asked = _asked(own[0]) if form == "uv" and len(own) == 1 else None
    counts = Counter(names)
    versions = {
        name: package["version"]
        for name, package in zip(names, packages, strict=True)
        if counts[name] == 1 and isinstance(package.get("version"), str)
    }
    return Lock(form, path, frozenset(names), asked, versions)


def _of(document: object, name: str) -> dict[str, Any]:
    """A table within a table; empty where it is something else."""
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}


def _listed(document: object, name: str) -> list[dict[str, Any]]:
    """The tables of a list within a table."""
    found = document.get(name) if isinstance(document, dict) else None
    return (
        [one for one in found if isinstance(one, dict)]
        if isinstance(found, list)
        else []
    )


def _is_own(source: object) -> bool:
    return isinstance(source, dict) and any(source.get(key) == "." for key in _OWN)


def _asked(package: dict[str, Any]) -> dict[str, tuple[str | None, ...]]:
    """What uv.lock recorded of the project's requirements, extras and groups."""
    metadata = _of(package, "metadata")
    groups = _of(metadata, "requires-dev")
    entries = [*_listed(metadata, "requires-dist")]
    for group in groups:
        entries += _listed(groups, group)
    found: dict[str, tuple[str | None, ...]] = {}
    for entry in entries:
        name = canonical(str(entry.get("name")))
        specifier = entry.get("specifier", "") if entry.keys() <= _FROM_INDEX else None
        found[name] = (*found.get(name, ()), specifier)
    return found


def _requirements(requirements: Requirements | None) -> Iterator[Lock]:
    """Requirements files in which all that pip fetches is pinned by hashes."""
    for path in requirements.files if requirements is not None else ():
        folder, _, name = path.rpartition("/")
        if folder not in ("", "requirements") or "constraints" in name:
            continue
        if requirements is not None and requirements.hashed(path):
            names = {
                line.requirement.name
                for file in requirements.whole(path)
                for line in file.lines
            }
            yield Lock("requirements", path, frozenset(names))
