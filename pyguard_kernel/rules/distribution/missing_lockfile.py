"""Dependencies without a lockfile that is committed and current."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.gitignore import Rules
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
from pyguard_kernel.project import Broken
from pyguard_kernel.project.locks import form_of
from pyguard_kernel.rules.distribution._drift import drift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project import Node, Tree
    from pyguard_kernel.project.dependencies import Dependencies, Dependency
    from pyguard_kernel.project.git import Git
    from pyguard_kernel.project.locks import Lock
    from pyguard_kernel.project.metadata import Metadata

_BUILDING = {"build", "version"}
_ASIDE = re.compile(r"(?:^|/)(?:tests?|docs?|examples?|\.[^/]*)/")


def find(
    tree: Tree,
    dependencies: Dependencies,
    locks: tuple[Lock, ...] | None = None,
    metadata: Metadata | None = None,
    pyproject: Node | None = None,
    git: Git | None = None,
) -> Iterator[Said]:
    """Nothing locked; a lock that git ignores or doesn't track, or an outdated one."""
    if locks:
        for lock in locks:
            yield _committed(lock, tree, git)
        yield from drift(locks, dependencies, metadata)
    elif not any(_counts(one) for one in dependencies.all):
        yield Skip("it declares no dependencies")
    elif pyproject is not None and _is_member(pyproject):
        yield Skip("it is a member of a workspace, whose root has the lock")
    else:
        yield _missing(tree, pyproject, git)


def _counts(dependency: Dependency) -> bool:
    aside = dependency.part == "requirements" and _ASIDE.search(dependency.group)
    return dependency.part != "build" and not aside


def _is_member(pyproject: Node) -> bool:
    """Whether a package of the same workspace is asked for, and no workspace opened."""
    uv = pyproject.get("tool", "uv")
    sources = uv.get("sources") if uv is not None else None
    if uv is None or sources is None or uv.get("workspace") is not None:
        return False
    return any(source.get("workspace") is not None for _, source in sources.items())


def _committed(lock: Lock, tree: Tree, git: Git | None) -> Said:
    ignoring = _ignoring(tree, lock.path)
    if ignoring is not None and not (git is not None and git.tracks(lock.path)):
        return _ignored(ignoring, lock.path)
    # Where git tracks nothing yet, nobody has left anything out.
    if git is not None and git.tracked and not git.tracks(lock.path):
        return Fault(
            lock.place,
            f"{lock.path} isn't in git, so nobody else installs what you tested: run"
            f" `git add {lock.path}` and commit it",
        )
    return Evidence(lock.place, f"{lock.path} locks the dependencies")


def _missing(tree: Tree, pyproject: Node | None, git: Git | None) -> Said:
    # What is ignored is left out of the tree, though git may track it all the same.
    tracked = [p for p in (git.tracked if git is not None else ()) if form_of(p)]
    if tracked:
        return Evidence(Place(tracked[0]), f"{tracked[0]} locks the dependencies")
    command, file = _locking(tree, pyproject)
    for path in (file, "uv.lock", "pylock.toml"):
        ignoring = _ignoring(tree, path)
        if ignoring is not None:
            return _ignored(ignoring, path)
    if tree.has("PKG-INFO"):
        return Skip("a source distribution leaves the lockfile in its repository")
    return Fault(
        ROOT,
        "no lockfile: each install may choose other versions than those that were"
        f" tested; run `{command}` and commit {file}",
        absence=True,
    )


def _ignored(place: Place, path: str) -> Fault:
    return Fault(
        place,
        f"this makes git ignore {path}, so every install chooses its versions anew:"
        f" take the line away, and commit {path}",
    )


def _ignoring(tree: Tree, path: str) -> Place | None:
    """The line of the root's .gitignore that makes git ignore a file."""
    # Where all is ignored, pyproject.toml too, the line isn't about locks.
    if not tree.ignores(path) or tree.ignores("pyproject.toml"):
        return None
    found = None
    try:
        lines = tree.text(".gitignore").split("\n")
    except (Broken, KeyError):
        return None
    for number, line in enumerate(lines, 1):
        if Rules(()).with_file(line).ignore(path, is_folder=False):
            found = tree.line(".gitignore", number)
    return found


def _locking(tree: Tree, pyproject: Node | None) -> tuple[str, str]:
    """The command that makes a lock, and the lock."""
    if tree.has("Pipfile"):
        return "pipenv lock", "Pipfile.lock"
    for tool in ("poetry", "pdm"):
        table = pyproject.get("tool", tool) if pyproject is not None else None
        # PDM's backend has its table too, where another tool installs.
        if table is not None and {name for name, _ in table.items()} - _BUILDING:
            return f"{tool} lock", f"{tool}.lock"
    return "uv lock", "uv.lock"


RULE = Rule(
    code="PG604",
    level=Level.MUST,
    statements=("6.3.2", "13.1.4"),
    summary="Commit a lockfile with hashes, and keep it in step with pyproject.toml.",
    why=(
        "Without a lock, what is installed depends on the day: a release that somebody"
        " else made overnight breaks the build, and nobody changed a line. What CI"
        " tested isn't what production runs. A bug can't be traced back, since the"
        " versions of last week are written down nowhere. Hashes also refuse a file"
        " that was swapped after it was locked. A library's users don't read its lock,"
        " but its contributors and its CI do: they all test the same versions."
    ),
    references=(
        Reference(
            "uv: Locking and syncing",
            "https://docs.astral.sh/uv/concepts/projects/sync/",
            "2026-11-23",
        ),
        Reference(
            "Python Packaging User Guide: pylock.toml Specification",
            "https://packaging.python.org/en/latest/specifications/pylock-toml/",
            "2026-11-23",
        ),
        Reference(
            "pip: Secure installs",
            "https://pip.pypa.io/en/stable/topics/secure-installs/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
)
