"""Virtual environments among files: in git's index, and lying in a tree."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pyguard_kernel.project import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyguard_kernel.project import Tree

# What venv, virtualenv and conda leave in the environments that they make.
_SIGNS = ("pyvenv.cfg", "bin/activate", "Scripts/activate", "conda-meta/history")
_ENVIRONMENT = re.compile(
    r"(?P<folder>(?:[^/]+/)*?[^/]+)/"
    r"(?:(?:pyvenv\.cfg|bin/activate|Scripts/activate|conda-meta/history)$"
    r"|(?:lib(?:64)?/python[^/]+|Lib)/site-packages/)"
)
_PACKAGES = re.compile(r"(?P<folder>(?:[^/]+/)*?site-packages)/")
# Environments that are made up for tests, or shown.
SPARE = re.compile(
    r"(?:^|/)(?:tests?|testing|test[-_]?data|fixtures|examples?|docs?)(?:/|$)"
)


def tracked(paths: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Environments in the index: folder -> its first telling file, how many it has."""
    firsts: dict[str, str] = {}
    for path in paths:
        match = _ENVIRONMENT.match(path) or _PACKAGES.match(path)
        if match and not SPARE.search(match["folder"]):
            firsts.setdefault(match["folder"], path)
    counts: Counter[str] = Counter()
    for path in paths if firsts else ():
        counts.update(folder for folder in firsts if path.startswith(f"{folder}/"))
    return {folder: (first, counts[folder]) for folder, first in firsts.items()}


def lying(tree: Tree) -> list[str]:
    """Environments in the tree; folders of their usual names are left out of it."""
    found = [
        folder
        for folder in tree.pruned
        if folder.endswith("site-packages") or sign(tree, folder) != folder
    ]
    found += [p.rpartition("/")[0] for p in tree.matching("pyvenv.cfg") if "/" in p]
    inside = tuple(f"{folder}/" for folder in found)
    return sorted(folder for folder in found if not folder.startswith(inside))


def sign(tree: Tree, folder: str) -> str:
    """The file that shows what a folder is; the folder, where there is none."""
    signs = (f"{folder}/{sign}" for sign in _SIGNS)
    return next((path for path in signs if _text(tree, path) is not None), folder)


def ignores_itself(tree: Tree, folder: str) -> bool:
    """Whether its own .gitignore holds a `*`, as newer tools write it."""
    lines = (_text(tree, f"{folder}/.gitignore") or "").splitlines()
    return "*" in (line.strip() for line in lines)


def _text(tree: Tree, path: str) -> str | None:
    """A file's text, though it lies in a folder that the tree leaves out."""
    try:
        return tree.bytes(path).decode(errors="replace")
    except (Broken, KeyError):
        return None
