"""A pyproject.toml that lacks what tools read there, or holds what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    ROOT,
    Evidence,
    Fault,
    Level,
    Place,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.rules.distribution._completion import completion
from pyguard_kernel.rules.distribution._fields import invalid
from pyguard_kernel.rules.distribution._missing import HARMS, lacks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project import Node, Tree
    from pyguard_kernel.project.dependencies import Dependencies
    from pyguard_kernel.project.metadata import Metadata
    from pyguard_kernel.project.packages import Package
    from pyguard_kernel.settings import Settings


def find(
    tree: Tree,
    settings: Settings,
    pyproject: Node | None = None,
    metadata: Metadata | None = None,
    dependencies: Dependencies | None = None,
    packages: tuple[Package, ...] | None = None,
) -> Iterator[Said]:
    """What isn't there, as one fault; then each value that isn't valid."""
    table = pyproject.get("project") if pyproject is not None else None
    if table is None and not tree.partial and not _has_python(tree):
        yield Skip("it has no Python")
        return
    if pyproject is not None and "{{" in tree.text(pyproject.path):
        yield Skip("its pyproject.toml is a template")
        return
    if pyproject is None or table is None:
        yield _without_table(pyproject, metadata)
    else:
        missing = list(lacks(pyproject, metadata, dependencies, tree))
        if missing:
            yield Fault(
                table.place,
                f"no {_listed(missing)}: {_harm(missing)}",
                fix=completion(tree, settings, pyproject, packages or (), missing),
            )
        else:
            yield Evidence(table.place, "[project] has all that tools read there")
    if pyproject is not None:
        yield from invalid(pyproject, tree)


def _has_python(tree: Tree) -> bool:
    return any(path.endswith((".py", ".ipynb")) for path in tree.paths)


def _without_table(pyproject: Node | None, metadata: Metadata | None) -> Said:
    if pyproject is not None and pyproject.get("tool", "uv", "workspace") is not None:
        return Skip("it is a workspace's root, and no project itself")
    if metadata is None:
        there = "[project] table" if pyproject is not None else "pyproject.toml"
        return Fault(
            Place(pyproject.path) if pyproject is not None else ROOT,
            f"no {there}: no tool can tell which Python and packages this needs; add"
            " [project] with name, version, requires-python and dependencies",
            absence=True,
        )
    own = {"poetry": "Poetry's own table", "flit": "flit's own table"}
    where = own.get(metadata.form, metadata.form)
    return Fault(
        metadata.place,
        f"{where} is the only metadata, which other tools can't read"
        f"{'' if metadata.form in own else ' without running setuptools'}: move it into"
        " [project] of pyproject.toml",
        absence=True,
    )


def _harm(names: list[str]) -> str:
    several = "tools guess them, each in its own way, or refuse the file; add them"
    return HARMS[names[0]] if len(names) == 1 else several


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', no '.join(first)} and no {last}" if first else last


RULE = Rule(
    code="PG602",
    level=Level.MUST,
    statements=("6.2.1", "13.1.3"),
    summary="Describe the project in pyproject.toml: all fields, all valid.",
    why=(
        "Installers, build backends, type checkers and scanners read pyproject.toml,"
        " and act on what they find. Without requires-python, pip installs a release"
        " on a Python that can't parse it, and the user gets a SyntaxError. Without"
        " [build-system], setuptools builds it in its legacy mode, in whatever version"
        " there is. A misspelt field is dropped by one tool and refused by another, on"
        " the day of the release. A setup.py has to be run to be read, so nobody can"
        " say what it installs without trusting it first."
    ),
    references=(
        Reference(
            "Python Packaging User Guide: pyproject.toml specification",
            "https://packaging.python.org/en/latest/specifications/pyproject-toml/",
            "2026-11-23",
        ),
        Reference(
            "Python Packaging User Guide: Dependency Groups",
            "https://packaging.python.org/en/latest/specifications/dependency-groups/",
            "2026-11-23",
        ),
        Reference(
            "PEP 621: Storing project metadata in pyproject.toml",
            "https://peps.python.org/pep-0621/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
