"""Installs in CI and images that take other versions than the lock says."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Evidence,
    Fault,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.rules.distribution._frozen import Frozen, is_on, options_of
from pyguard_kernel.rules.distribution._managers import own_images

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.model import Fix, Place, Said
    from pyguard_kernel.project._commands import CI, Command
    from pyguard_kernel.project._dockerfile import Dockerfile
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.dependencies import Dependencies
    from pyguard_kernel.project.packages import Package
    from pyguard_kernel.project.requirements import Requirements

# These say that another resolution than the lock's is wanted.
_ON_PURPOSE = frozenset({"--upgrade", "-U", "--resolution", "-P", "--upgrade-package"})
_NO_SYNC = frozenset({"--no-sync", "--no-project", "--script", "-s", "--isolated"})
_LOCKED = frozenset({"--frozen", "--locked"})
_SCRIPT = re.compile(r"^# /// script\s*$", re.MULTILINE)


def find(
    tree: Tree,
    ci: CI | None = None,
    dockerfiles: tuple[Dockerfile, ...] | None = None,
    requirements: Requirements | None = None,
    dependencies: Dependencies | None = None,
    packages: tuple[Package, ...] | None = None,
) -> Iterator[Said]:
    """One fault for each command; one for all `uv run` of a job."""
    judge = _Judge(tree, Frozen(tree, requirements, dependencies))
    said: set[Place] = set()
    for run in (*_jobs(ci), *_images(dockerfiles, packages)):
        for one in judge.said(run):
            if one.place not in said:
                said.add(one.place)
                yield one
    if not said:
        yield Skip("no job of CI and no image installs the project")


def _jobs(ci: CI | None) -> Iterator[Iterable[Command]]:
    """The commands of each job: those that gate a change, and those that release."""
    for job in ci.jobs if ci else ():
        releases = bool({"tag", "release"} & job.triggers) and not job.disabled
        if job.gates or releases:
            yield job.commands


def _images(
    dockerfiles: tuple[Dockerfile, ...] | None, packages: tuple[Package, ...] | None
) -> Iterator[Iterable[Command]]:
    """The commands of each stage, after those of the stages that it goes on from."""
    for dockerfile in own_images(dockerfiles, packages):
        for stage in dockerfile.stages:
            yield [command for part in stage.line for command in part.commands]


class _Judge:
    def __init__(self, tree: Tree, frozen: Frozen) -> None:
        self._tree = tree
        self._frozen = frozen

    def said(self, run: Iterable[Command]) -> Iterator[Fault | Evidence]:
        """What the commands of one job come to, in their order."""
        synced = False
        for command in run:
            if command.runs("uv", "sync"):
                synced = True
                yield from self._uv_sync(command)
            elif (options := _uv_run(command)) is not None:
                if not synced and self._syncs(command, options):
                    synced = True
                    yield self._uv(command, "run", options)
            else:
                yield from self._frozen.said(command)

    # -- uv ---------------------------------------------------------------------------

    def _uv_sync(self, command: Command) -> Iterator[Fault | Evidence]:
        if _ON_PURPOSE.isdisjoint(options_of(command.words)):
            yield self._uv(command, "sync", command.words)

    def _uv(
        self, command: Command, verb: str, options: tuple[str, ...]
    ) -> Fault | Evidence:
        if not _LOCKED.isdisjoint(options) or is_on(command, "UV_FROZEN", "UV_LOCKED"):
            return Evidence(command.place, f"`uv {verb}` installs what uv.lock says")
        if not (self._tree.has("uv.lock") or self._tree.partial):
            message = (
                "there is no uv.lock: each run takes the newest versions of the day;"
                f" commit the lock that uv writes, and say `uv {verb} --locked`"
            )
            return Fault(command.place, message, absence=True)
        first = "the first `uv run` here" if verb == "run" else "`uv sync`"
        message = (
            f"{first} locks anew when uv.lock is out of date, and goes on: what is"
            f" installed is then in nobody's lock; say `uv {verb} --locked`, or set"
            " UV_LOCKED=1"
        )
        return Fault(command.place, message, fix=self._fix(command, verb))

    def _fix(self, command: Command, verb: str) -> Fix | None:
        return self._frozen.inserted(command, rf"\buv\b[^\n]*?\s{verb}\b", " --locked")

    def _syncs(self, command: Command, options: tuple[str, ...]) -> bool:
        """Whether this `uv run` installs the project before it runs anything."""
        if not _NO_SYNC.isdisjoint(options) or is_on(command, "UV_NO_SYNC"):
            return False
        if not (self._tree.has("pyproject.toml") or self._tree.partial):
            return False
        scripts = (word for word in command.written if self._tree.has(word))
        return not any(_SCRIPT.search(self._tree.text(path)) for path in scripts)


def _uv_run(command: Command) -> tuple[str, ...] | None:
    """The words of `uv run` behind it; None for other commands."""
    for number, word in enumerate(command.written):
        if posixpath.basename(word) in ("uv", "uv.exe"):
            after = command.written[number + 1 :]
            plain = [word for word in after if not word.startswith("-")]
            # `uv --directory shop run`: an option's value may come first.
            if plain[:1] == ["run"] or (
                after[:1] != tuple(plain[:1]) and "run" in plain[:2]
            ):
                return after
    return None


RULE = Rule(
    code="PG606",
    level=Level.MUST,
    statements=("6.3.4",),
    summary="Install exactly what the lock says, in CI and in images.",
    why=(
        "What is tested should be what is deployed. An install that may resolve anew"
        " takes whatever the index offers at that hour: the same commit passes today"
        " and fails tomorrow, and the image holds versions that no test ever saw. A"
        " package that was taken over an hour ago comes in the same way. With the lock"
        " enforced, new versions arrive by a change to the lock that somebody reviews."
    ),
    references=(
        Reference(
            "uv: Locking and syncing",
            "https://docs.astral.sh/uv/concepts/projects/sync/",
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
    fix="yes",
)
