"""What a project needs to start well: files to write, and tables to add."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Literal

from pyguard_kernel.project import _dated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

type Kind = Literal["application", "library"]

_FILES = Path(__file__).parent / "files"
_PYPROJECT = "pyproject.toml"
_HEADER = re.compile(r"^\[(?P<name>[^]]+)\]", re.MULTILINE)
# What makes a project the package that it is: nobody else can know it.
_OWN = ("project", "build-system", "tool.pyguard")


class StarterError(Exception):
    """The starter can't be written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One file: what it holds now (None: it isn't there) and what it would hold.

    `keeps` says why a file that differs is left as it is; empty where it is written.
    """

    path: str
    before: str | None
    after: str
    keeps: str = ""


def plan(
    folder: Path, kind: Kind, name: str | None = None, *, overwrite: bool = False
) -> list[Planned]:
    """The files that differ from what a project of this kind starts with.

    An existing pyproject.toml gets the tables that it lacks; any other file that is
    there stays as it is, unless `overwrite` is set. A folder without Python also gets a
    package and its tests.

    Raises:
        StarterError: the name can't be a package's, or a file can't be read.
    """
    existing = _read(folder / _PYPROJECT)
    names = _names(folder, kind, name, existing)
    planned: list[Planned] = []
    for path, template in sorted(_templates(kind, folder).items()):
        after = Template(template).substitute(names)
        path = path.replace("package", names["package"])
        before = _read(folder / path)
        if path == _PYPROJECT and before is not None:
            after = _with_tables(before, after)
        if before == after:
            continue
        held = before is not None and path != _PYPROJECT and not overwrite
        keeps = "is there and differs; --overwrite replaces it" if held else ""
        planned.append(Planned(path, before, after, keeps))
    return planned


def _templates(kind: Kind, folder: Path) -> dict[str, str]:
    """Path in the project -> template."""
    sets = ["common"]
    if kind == "application":
        sets.append("application")
    if not any(_own_python(folder)):
        sets.append("new")
    found: dict[str, str] = {}
    for name in sets:
        for file in (_FILES / name).rglob("*.tmpl"):
            path = file.relative_to(_FILES / name).as_posix().removesuffix(".tmpl")
            found[path] = file.read_text(encoding="utf-8")
    return found


def _own_python(folder: Path) -> Iterator[Path]:
    for pattern in ("*.py", "src/*/*.py", "*/__init__.py"):
        yield from folder.glob(pattern)


def _names(
    folder: Path, kind: Kind, name: str | None, pyproject: str | None
) -> Mapping[str, str]:
    """What stands in the templates for `$name` and the like."""
    if name is None and pyproject is not None:
        name = _declared_name(pyproject)
    name = name or re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    package = re.sub(r"[-.]+", "_", name).lower()
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", package):
        raise StarterError(
            f"{name!r} can't be a package's name: give one with --name, such as shop"
        )
    sources = (
        "src" if (folder / "src").is_dir() or not any(_own_python(folder)) else "."
    )
    title = name.replace("-", " ").replace("_", " ").capitalize()
    told = {"name": name, "package": package, "title": title, "kind": kind}
    return {**told, "sources": sources, **_versions()}


def _versions() -> Mapping[str, str]:
    """What the templates ask for by version, as of the day that it was checked."""
    python = _dated.newest()
    hooks = _dated.hooks()
    return {
        "python": python.name,
        "python_image": python.secure,
        "ruff_hooks": hooks["https://github.com/astral-sh/ruff-pre-commit"],
        "mypy_hooks": hooks["https://github.com/pre-commit/mirrors-mypy"],
        "checkout": _dated.action("actions/checkout"),
        "setup_python": _dated.action("actions/setup-python"),
    }


def _declared_name(pyproject: str) -> str | None:
    try:
        name = tomllib.loads(pyproject).get("project", {}).get("name")
    except tomllib.TOMLDecodeError as error:
        raise StarterError(
            f"{_PYPROJECT}: isn't valid TOML: {error}; mend it"
        ) from None
    return name if isinstance(name, str) else None


def _with_tables(text: str, template: str) -> str:
    """A pyproject.toml and those of the template's tables that it has nothing of."""
    there = tomllib.loads(text)
    added: list[str] = []
    for name, block in _blocks(template):
        top = ".".join(name.split(".")[:2]) if name.startswith("tool.") else name
        if not name.startswith(_OWN) and not _holds(there, top):
            added.append(block)
    if not added:
        return text
    return text.rstrip("\n") + "\n\n" + "\n\n".join(added) + "\n"


def _blocks(template: str) -> Iterator[tuple[str, str]]:
    """Each table of a template with its text."""
    starts = list(_HEADER.finditer(template))
    ends = [match.start() for match in starts[1:]] + [len(template)]
    for match, end in zip(starts, ends, strict=True):
        yield match["name"], template[match.start() : end].strip("\n")


def _holds(document: object, dotted: str) -> bool:
    for key in dotted.split("."):
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise StarterError(f"{path}: isn't UTF-8: save it as UTF-8") from None
    except OSError as error:
        raise StarterError(f"{path}: can't be read: {error.strerror}") from None
