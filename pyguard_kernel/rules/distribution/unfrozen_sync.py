"""Installs in CI and images that take other versions than the lock says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.rules.distribution._frozen import Frozen
from pyguard_kernel.rules.distribution._managers import own_images
from pyguard_kernel.rules.distribution._uv import Uv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI, Command
    from pyguard_kernel.project._dockerfile import Dockerfile
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.dependencies import Dependencies
    from pyguard_kernel.project.packages import Package
    from pyguard_kernel.project.requirements import Requirements


def find(
    tree: Tree,
    ci: CI | None = None,
    dockerfiles: tuple[Dockerfile, ...] | None = None,
    requirements: Requirements | None = None,
    dependencies: Dependencies | None = None,
    packages: tuple[Package, ...] | None = None,
) -> Iterator[Said]:
    """One fault for each command; one for all `uv run` of a job."""
    frozen = Frozen(tree, requirements, dependencies)
    said: set[tuple[str, int]] = set()
    for run in (*_jobs(ci), *_images(dockerfiles, packages)):
        uv = Uv(tree)
        for command in run:
            for one in (*uv.said(command), *frozen.said(command)):
                line = one.place.path, one.place.span[0]
                if line not in said:
                    said.add(line)
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
