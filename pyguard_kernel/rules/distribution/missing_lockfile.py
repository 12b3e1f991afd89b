"""Dependencies without a lockfile that is committed and current."""

from __future__ import annotations

import re
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
from pyguard_kernel.project.locks import form_of
from pyguard_kernel.rules.distribution._drift import drift
from pyguard_kernel.rules.distribution._locking import ignoring, locking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project import Node, Tree
    from pyguard_kernel.project.dependencies import Dependencies, Dependency
    from pyguard_kernel.project.git import Git
    from pyguard_kernel.project.locks import Lock
    from pyguard_kernel.project.metadata import Metadata

_ASIDE = re.compile(r"(?:^|/)(?:tests?|docs?|examples?|\.[^/]*)/")


def find(
    tree: Tree,
    dependencies: Dependencies | None = None,
    locks: tuple[Lock, ...] | None = None,
    metadata: Metadata | None = None,
    pyproject: Node | None = None,
    git: Git | None = None,
) -> Iterator[Said]:
    """Nothing locked; a lock that git ignores or doesn't track, or an outdated one."""
    if dependencies is None:
        line = ignoring(tree, "uv.lock") if tree.partial else None
        yield _ignored(line, "uv.lock") if line else Skip("it declares no dependencies")
    elif locks:
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
    line = ignoring(tree, lock.path)
    if line is not None and not (git is not None and git.tracks(lock.path)):
        return _ignored(line, lock.path)
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
    command, file = locking(tree, pyproject)
    for path in (file, "uv.lock", "pylock.toml"):
        line = ignoring(tree, path)
        if line is not None:
            return _ignored(line, path)
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
