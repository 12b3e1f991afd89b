"""Virtual environments that git tracks, or that nothing keeps it from tracking."""

from __future__ import annotations

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
from pyguard_kernel.rules.distribution._environments import (
    SPARE,
    ignores_itself,
    lying,
    sign,
    tracked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project import Tree
    from pyguard_kernel.project.git import Git

_GITIGNORE = ".gitignore"


def find(tree: Tree, git: Git | None = None) -> Iterator[Said]:
    """Environments in the index; then those in the tree that git wouldn't pass over."""
    committed = tracked(git.tracked if git is not None else ())
    for folder, (first, count) in committed.items():
        yield Fault(
            Place(first),
            f"`{folder}/` is a virtual environment, and git tracks {count:,} of its"
            f" files: run `git rm -r --cached {folder}`, and put `{folder}/` into"
            " .gitignore",
        )
    for folder in lying(tree):
        if folder in committed or SPARE.search(folder):
            continue
        ignored = tree.ignores(folder, folder=True) or ignores_itself(tree, folder)
        if ignored or (git is not None and git.excludes(folder, folder=True)):
            yield Evidence(Place(sign(tree, folder)), f"git ignores `{folder}/`")
            continue
        yield Fault(
            Place(sign(tree, folder)),
            f"`{folder}/` is a virtual environment that git doesn't ignore: the next"
            f" `git add .` commits it; put `{folder}/` into .gitignore",
            fix=_ignoring(tree, folder),
        )
    if git is not None and not committed:
        none = f"none of the {len(git.tracked):,} tracked files is an environment's"
        yield Evidence(Place("."), none)


def _ignoring(tree: Tree, folder: str) -> Fix | None:
    try:
        text = tree.text(_GITIGNORE) if tree.has(_GITIGNORE) else ""
    except Broken:
        return None
    lines = text.rstrip("\n").split("\n")
    end = (len(lines), len(lines[-1]) + 1)
    line = f"\n{folder}/" if text else f"{folder}/\n"
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
            "venv: Creation of virtual environments",
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
