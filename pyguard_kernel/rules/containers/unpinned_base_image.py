"""Images that are asked for without saying which version."""

from __future__ import annotations

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
from pyguard_kernel.project._images import expanded, image
from pyguard_kernel.rules.containers._tags import floats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place, Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._dockerfile import Dockerfile
    from pyguard_kernel.project._images import Image
    from pyguard_kernel.project._instructions import Instruction
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.compose import Service

_FROM = re.compile(r"(?:^|,)from=(?P<image>[^,]+)")


def find(
    tree: Tree,
    dockerfiles: tuple[Dockerfile, ...] | None = None,
    compose: tuple[Service, ...] | None = None,
    ci: CI | None = None,
) -> Iterator[Said]:
    """FROM, COPY --from, RUN --mount, services of compose and images of jobs."""
    seen: set[Place] = set()
    for place, asked in _asked(tree, dockerfiles or (), compose or (), ci):
        if place in seen or asked is None:
            continue
        seen.add(place)
        if why := floats(asked):
            yield Fault(place, _message(asked, why))
        elif asked.digest or (asked.tag and "$" not in asked.tag):
            yield Evidence(place, f"`{asked.written}` is pinned")
    if not seen:
        yield Skip("no image is asked for")


def _asked(
    tree: Tree,
    dockerfiles: tuple[Dockerfile, ...],
    compose: tuple[Service, ...],
    ci: CI | None,
) -> Iterator[tuple[Place, Image | None]]:
    # Bake gives a name to other folders and targets; from there they look like images.
    bakes = bool(tree.matching("docker-bake.hcl", "docker-bake.json"))
    for file in dockerfiles:
        yield from _of_file(file, bakes=bakes)
    for service in compose:
        if service.image_node is not None and not service.is_built:
            yield service.image_node.place, service.image
    for job in ci.jobs if ci is not None else ():
        for node in job.images if not job.disabled else ():
            # GitLab calls the machines of its Macs images, too.
            if not node.text.startswith("macos-"):
                yield node.place, image(node.text)


def _of_file(file: Dockerfile, *, bakes: bool) -> Iterator[tuple[Place, Image | None]]:
    for stage in file.stages:
        if stage.parent is None:
            yield stage.head.place, stage.image
        for one in stage.instructions[1:]:
            for name in _sources(one):
                written = expanded(name, stage.globals)
                if file.stage(written) is None and not (bakes and _bare(written)):
                    yield one.place, image(written)


def _sources(one: Instruction) -> Iterator[str]:
    """What COPY --from and RUN --mount=from=... take files from."""
    for name, value in one.flags:
        if name == "from" and one.name in ("COPY", "ADD"):
            yield value
        elif name == "mount" and (match := _FROM.search(value)):
            yield match["image"]


def _bare(name: str) -> bool:
    return not re.search(r"[/:@.]", name)


def _message(asked: Image, why: str) -> str:
    return (
        f"`{asked.written}` {why}: two builds of one commit may differ, and a broken or"
        " hostile release comes in unasked; write the version, and best its digest too"
        f" (`{asked.name}:<version>@sha256:...`)"
    )


RULE = Rule(
    code="PG903",
    level=Level.MUST,
    statements=("9.2.3", "12.1.8"),
    summary="Name the version of every image that is asked for, best with its digest.",
    why=(
        "`latest` is a name that its owner moves. The build of this morning and the one"
        " of tonight then stand on different systems, from the same commit: a failure"
        " can't be repeated, and there is nothing to roll back to. What is pushed under"
        " that name is in production at the next build, whoever pushed it. A version"
        " moves within its line only; a digest never moves, and Dependabot and Renovate"
        " raise both by pull request."
    ),
    references=(
        Reference(
            "Docker: Pin base image versions",
            "https://docs.docker.com/build/building/best-practices/"
            "#pin-base-image-versions",
            "2026-11-23",
        ),
        Reference(
            "Dockerfile reference: FROM",
            "https://docs.docker.com/reference/dockerfile/#from",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
)
