"""Another package manager than uv: in the project's files, its documents, its CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Evidence,
    Fault,
    Level,
    Place,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.rules.distribution._documents import in_documents
from pyguard_kernel.rules.distribution._managers import Use, called, firsts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._dockerfile import Dockerfile
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.dependencies import Dependencies
    from pyguard_kernel.project.packages import Package
    from pyguard_kernel.project.requirements import Requirements

_INSTEAD = {
    "pip": "`uv sync` makes the environment and installs what uv.lock says",
    "Poetry": "`uv sync` installs from [project] and uv.lock, with any build backend",
    "Pipenv": "[project] and uv.lock do what Pipfile and Pipfile.lock do",
    "conda": "`uv sync` installs from [project], and uv brings Python itself",
}
_ENVIRONMENTS = ("environment.yml", "environment.yaml")


def find(
    tree: Tree,
    ci: CI | None = None,
    dockerfiles: tuple[Dockerfile, ...] | None = None,
    pyproject: Node | None = None,
    requirements: Requirements | None = None,
    dependencies: Dependencies | None = None,
    packages: tuple[Package, ...] | None = None,
) -> Iterator[Said]:
    """One fault for each manager of a file; more in the same file are counted."""
    uv = list(_signs_of_uv(tree, pyproject, ci, requirements))
    uses = [
        *_files(tree, pyproject),
        *called(ci, dockerfiles, packages),
        *in_documents(tree),
    ]
    known = not (uv or tree.partial)
    if known and requirements is not None and dependencies is not None:
        uses += _lists(requirements, dependencies)
    for use, more in firsts(uses):
        again = f" (and {more} more in this file)" if more else ""
        message = f"{use.text}{again}: {use.manager} manages the project here;"
        yield Fault(use.place, f"{message} {_INSTEAD[use.manager]}")
    if uses:
        return
    yield from uv
    if not uv:
        yield Skip("nothing shows how the project is set up")


def _signs_of_uv(
    tree: Tree, pyproject: Node | None, ci: CI | None, requirements: Requirements | None
) -> Iterator[Evidence]:
    if tree.has("uv.lock"):
        yield Evidence(Place("uv.lock"), "uv.lock: uv manages the project")
    table = pyproject.get("tool", "uv") if pyproject else None
    if table is not None:
        yield Evidence(table.place, "[tool.uv]: uv manages the project")
    for job in ci.jobs if ci else ():
        for command in job.commands:
            if "uv" in command.written[:1]:
                yield Evidence(command.place, "uv installs in CI")
                return
    for file in requirements.files.values() if requirements else ():
        if file.maker.startswith("uv"):
            yield Evidence(Place(file.path), f"`{file.maker}` made {file.path}")


def _files(tree: Tree, pyproject: Node | None) -> Iterator[Use]:
    """The files that only one manager reads: one for each manager."""
    poetry = pyproject.get("tool", "poetry", "dependencies") if pyproject else None
    if poetry is not None:
        yield Use("Poetry", "[tool.poetry.dependencies]", poetry.place)
    elif tree.has("poetry.lock"):
        yield Use("Poetry", "poetry.lock", Place("poetry.lock"))
    for path in ("Pipfile", "Pipfile.lock"):
        if tree.has(path):
            yield Use("Pipenv", path, Place(path))
            break
    for path in _ENVIRONMENTS:
        if tree.has(path):
            yield Use("conda", path, Place(path))


def _lists(requirements: Requirements, dependencies: Dependencies) -> Iterator[Use]:
    """One requirements file at the root, unless metadata is read from it."""
    listed = {one.group for one in dependencies.of("requirements")}
    found = [
        path
        for path, file in requirements.files.items()
        if path.rpartition("/")[0] in ("", "requirements")
        and path in listed
        and not (file.maker or "constraints" in path)
        and any(line.requirement.name for line in file.lines)
    ]
    if found:
        path = min(found, key=lambda path: (path != "requirements.txt", len(path)))
        yield Use("pip", path, Place(path))


RULE = Rule(
    code="PG603",
    level=Level.MUST,
    statements=("6.3.1",),
    summary="Manage environments and dependencies with uv.",
    why=(
        "Each manager keeps its own list of what the project needs, and its own lock:"
        " where two are in use, they drift, and a developer, CI and the image each run"
        " on other versions. Of pip and virtualenv alone there is no lock at all, and"
        " nothing that brings the right Python. uv does with one tool and one standard"
        " file what pip, virtualenv, pip-tools, Poetry and pyenv do with five. Packages"
        " that PyPI doesn't have, such as compilers and CUDA, are a good reason for"
        " conda: exempt the project, and say so."
    ),
    references=(
        Reference(
            "uv: Projects",
            "https://docs.astral.sh/uv/concepts/projects/",
            "2026-11-23",
        ),
        Reference(
            "uv: Migrating from pip to a uv project",
            "https://docs.astral.sh/uv/guides/migration/pip-to-project/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
)
