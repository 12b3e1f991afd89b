"""Built distributions that are kept among the sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import ROOT, Fault, Place
from pyguard_kernel.project._own import is_own
from pyguard_kernel.project._requirement import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.git import Git

_BUILT = re.compile(r"(?P<name>[\w.]+?)-\d[^/]*\.(?:whl|egg|tar\.gz|zip)")
_WHEEL = (".whl", ".egg")
# Where a folder of this name holds what another language builds.
_OTHER_DIST = ("package.json", "action.yml", "action.yaml")


def committed(tree: Tree, git: Git | None, own: str) -> Iterator[Fault]:
    """Built distributions among the files: one fault for each folder."""
    files = git.tracked if git is not None else tree.paths
    found: dict[str, list[str]] = {}
    for path in files:
        folder, _, name = path.rpartition("/")
        match = _BUILT.fullmatch(name)
        if match is None or not is_own(path):
            continue
        mine = canonical(match["name"]) == own
        if folder == "dist" or mine or (not (folder or own) and name.endswith(_WHEEL)):
            found.setdefault(folder, []).append(path)
    for paths in found.values():
        more = f" (and {len(paths) - 1} more beside it)" if len(paths) > 1 else ""
        yield Fault(
            Place(paths[0]),
            f"{paths[0]} is a built distribution{more}: nobody can tell whether it is"
            " what these sources build; delete it, ignore dist/, and build at release",
        )
    in_memory = tree.folder is None and "dist" in tree.pruned
    if git is None and in_memory and not any(tree.has(path) for path in _OTHER_DIST):
        yield Fault(
            ROOT,
            "dist/ is part of the project's files: nobody can tell whether it is what"
            " these sources build; delete it, ignore it, and build at release",
        )
