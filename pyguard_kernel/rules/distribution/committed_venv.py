"""Virtual environments that git tracks, or that nothing keeps it from tracking."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Edit,
    Evidence,
    Fault,
    Fix,
    Level,
    Place,
    Project,
    Reference,
    Rule,
)
from pyguard_kernel.project import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project import Tree
    from pyguard_kernel.project.git import Git

_GITIGNORE = ".gitignore"
# What venv, virtualenv and conda leave in the environments that they make.
_SIGNS = ("pyvenv.cfg", "bin/activate", "Scripts/activate", "conda-meta/history")
_ENVIRONMENT = re.compile(
    r"(?P<folder>(?:[^/]+/)*?[^/]+)/"
    r"(?:(?:pyvenv\.cfg|bin/activate|Scripts/activate|conda-meta/history)$"
    r"|(?:lib(?:64)?/python[^/]+|Lib)/site-packages/)"
)
_PACKAGES = re.compile(r"(?P<folder>(?:[^/]+/)*?site-packages)/")
# Environments that are made up for tests, or shown.
_SPARE = re.compile(
    r"(?:^|/)(?:tests?|testing|test[-_]?data|fixtures|examples?|docs?)(?:/|$)"
)


def find(tree: Tree, git: Git | None = None) -> Iterator[Said]:
    """Environments in the index; then those in the tree that git wouldn't pass over."""
    tracked = _tracked(git.tracked if git is not None else ())
    for folder, (first, count) in tracked.items():
        yield Fault(
            Place(first),
            f"`{folder}/` is a virtual environment, and git tracks {count:,} of its"
            f" files: run `git rm -r --cached {folder}`, and put `{folder}/` into"
            " .gitignore",
        )
    for folder in _lying(tree):
        if folder in tracked or _SPARE.search(folder):
            continue
        ignored = tree.ignores(folder, folder=True) or _ignores_itself(tree, folder)
        if ignored or (git is not None and git.excludes(folder, folder=True)):
            yield Evidence(Place(_file(tree, folder)), f"git ignores `{folder}/`")
            continue
        yield Fault(
            Place(_file(tree, folder)),
            f"`{folder}/` is a virtual environment that git doesn't ignore: the next"
            f" `git add .` commits it; put `{folder}/` into .gitignore",
            fix=_ignoring(tree, folder),
        )
    if git is not None and not tracked:
        none = f"none of the {len(git.tracked):,} tracked files is an environment's"
        yield Evidence(Place("."), none)


def _tracked(paths: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Environments in the index: folder -> its first telling file, how many it has."""
    firsts: dict[str, str] = {}
    for path in paths:
        match = _ENVIRONMENT.match(path) or _PACKAGES.match(path)
        if match and not _SPARE.search(match["folder"]):
            firsts.setdefault(match["folder"], path)
    counts: Counter[str] = Counter()
    for path in paths if firsts else ():
        counts.update(folder for folder in firsts if path.startswith(f"{folder}/"))
    return {folder: (first, counts[folder]) for folder, first in firsts.items()}


def _lying(tree: Tree) -> list[str]:
    """Environments in the tree; folders of their usual names are left out of it."""
    found = [
        folder
        for folder in tree.pruned
        if folder.endswith("site-packages") or _file(tree, folder) != folder
    ]
    found += [p.rpartition("/")[0] for p in tree.matching("pyvenv.cfg") if "/" in p]
    inside = tuple(f"{folder}/" for folder in found)
    return sorted(folder for folder in found if not folder.startswith(inside))


def _file(tree: Tree, folder: str) -> str:
    """The file that shows what a folder is; the folder, where there is none."""
    signs = (f"{folder}/{sign}" for sign in _SIGNS)
    return next((path for path in signs if _text(tree, path) is not None), folder)


def _ignores_itself(tree: Tree, folder: str) -> bool:
    """Whether its own .gitignore holds a `*`, as newer tools write it."""
    lines = (_text(tree, f"{folder}/{_GITIGNORE}") or "").splitlines()
    return "*" in (line.strip() for line in lines)


def _text(tree: Tree, path: str) -> str | None:
    """A file's text, though it lies in a folder that the tree leaves out."""
    try:
        return tree.bytes(path).decode(errors="replace")
    except (Broken, KeyError):
        return None


def _ignoring(tree: Tree, folder: str) -> Fix | None:
    try:
        text = tree.text(_GITIGNORE) if tree.has(_GITIGNORE) else ""
    except Broken:
        return None
    lines = text.split("\n")
    end = (len(lines), len(lines[-1]) + 1)
    line = "\n" * bool(lines[-1]) + f"{folder}/\n"
    edit = Edit(*end, *end, line)
    return Fix("safe", f"Add `{folder}/` to .gitignore", (edit,), _GITIGNORE)


RULE = Rule(
    code="PG605",
    level=Level.NEVER,
    statements=("6.3.3",),
    summary="Keep virtual environments out of git, and have it ignore them.",
    why=(
        "An environment holds absolute paths and binaries of one machine, so a clone"
        " of it runs nowhere else: its scripts name an interpreter that isn't there."
        " It adds tens of megabytes to every clone for good, since history keeps what"
        " a later commit deletes. Reviews drown in packages that nobody wrote, and"
        " scanners report faults in them. An edit in there works for its author alone"
        " until the lockfile is installed afresh. The lockfile is what to commit: it"
        " makes the same environment anywhere."
    ),
    references=(
        Reference(
            "venv: environments aren't movable, and shouldn't be checked in",
            "https://docs.python.org/3/library/venv.html",
            "2026-11-23",
        ),
        Reference(
            "uv: Project structure and files",
            "https://docs.astral.sh/uv/concepts/projects/layout/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
