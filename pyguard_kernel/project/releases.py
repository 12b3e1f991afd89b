"""The fact `releases`: how releases are made: by CI, make targets, scripts."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place
from pyguard_kernel.project._commands import Action, Command
from pyguard_kernel.project._follow import followed
from pyguard_kernel.project._own import is_own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._commands import CI, Job
    from pyguard_kernel.project._tree import Tree

# Names of targets, environments and sessions that make a release, wherever they are.
_NAMES = (
    "build", "deploy", "dist", "package", "publish", "pypi", "release", "sdist",
    "upload", "wheel",
)  # fmt: skip
_RUNNERS = (("make",), ("just",), ("tox", "-e"), ("nox", "-s"))
_SCRIPT = re.compile(
    r"(?:.*/)?[\w-]*(?:release|publish|deploy|upload|dist|pypi)[\w-]*\.(?:sh|bash)"
)

_UPLOADS = (
    ("twine", "upload"), ("uv", "publish"), ("flit", "publish"), ("poetry", "publish"),
    ("pdm", "publish"), ("hatch", "publish"), ("maturin", "publish"),
    ("maturin", "upload"),
)  # fmt: skip
_UPLOADERS = frozenset(
    {
        "pypa/gh-action-pypi-publish",
        "casperdcl/deploy-pypi",
        "jrubics/poetry-publish",
        "code-specialist/pypi-poetry-publish",
    }
)
_RELEASERS = frozenset(
    {
        "softprops/action-gh-release",
        "ncipollo/release-action",
        "actions/upload-release-asset",
        "svenstaro/upload-release-action",
        "marvinpinto/action-automatic-releases",
    }
)


@dataclass(frozen=True, slots=True)
class Release:
    """What may make releases, in one file: a workflow, a Makefile, a script.

    `name` is the file's path. `tagged` says that only a tag or a release starts it.
    """

    name: str
    commands: tuple[Command, ...]
    actions: tuple[Action, ...] = ()
    tagged: bool = False

    @property
    def uploads(self) -> Command | Action | None:
        """What uploads to a package index."""
        for command in self.commands:
            if any(command.runs(*words) for words in _UPLOADS):
                return command
            if is_setup(command) and {"upload", "register"} & set(command.words):
                return command
        named = (a for a in self.actions if a.name.lower() in _UPLOADERS)
        return next(named, None)

    @property
    def attaches(self) -> Iterator[Command | Action]:
        """What puts files beside a release on a hosting service."""
        for command in self.commands:
            if command.runs("gh", "release") or command.runs("glab", "release"):
                yield command
        yield from (a for a in self.actions if a.name.lower() in _RELEASERS)


def is_setup(command: Command) -> bool:
    """Whether it calls the project's setup.py."""
    script = command.words[1:2] if command.program == "python" else command.words[:1]
    return posixpath.basename("".join(script)) == "setup.py"


def fact(tree: Tree, ci: CI | None = None) -> tuple[Release, ...] | None:
    """All files with steps that build, pack or upload; None where there is none."""
    found = [*_in_ci(ci), *_by_name(tree), *_scripts(tree)]
    return tuple(found) or None


def _in_ci(ci: CI | None) -> Iterator[Release]:
    jobs = [job for job in ci.jobs if not job.disabled] if ci else []
    for path in dict.fromkeys(job.place.path for job in jobs):
        here = [job for job in jobs if job.place.path == path]
        yield Release(
            path,
            tuple(command for job in here for command in job.commands),
            tuple(action for job in here for action in job.actions),
            any(_is_tagged(job) for job in here),
        )


def _is_tagged(job: Job) -> bool:
    """Whether a job is started to release; one for every push also runs for tags."""
    always = {"push", "pull_request", "merge_group"} & job.triggers
    return "release" in job.triggers or ("tag" in job.triggers and not always)


def _by_name(tree: Tree) -> Iterator[Release]:
    for runner in _RUNNERS:
        calls = [_call(*runner, name) for name in _NAMES]
        behind = [c for c in followed(tree, calls) if c.via]
        for path in dict.fromkeys(command.place.path for command in behind):
            yield Release(path, tuple(c for c in behind if c.place.path == path))


def _scripts(tree: Tree) -> Iterator[Release]:
    for path in tree.paths:
        if _SCRIPT.fullmatch(path) and is_own(path):
            behind = [c for c in followed(tree, [_call("bash", path)]) if c.via]
            yield Release(path, tuple(behind))


def _call(*words: str) -> Command:
    return Command(words, words, Place("."))
