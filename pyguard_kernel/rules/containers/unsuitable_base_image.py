"""Images that go into production on Alpine, or on a full distribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Edit,
    Evidence,
    Fault,
    Fix,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.project import _dated
from pyguard_kernel.rules.containers._deployed import NONE, deployed, has_python, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._dockerfile import Dockerfile, Stage
    from pyguard_kernel.project._images import Image

_ALPINE = re.compile(r"alpine[\d.]*")
# What Alpine alone has, or calls in a way of its own.
_ALPINES_OWN = frozenset({"apk", "adduser", "addgroup"})
_DEBIAN = re.compile(r"-?(?P<name>trixie|bookworm|bullseye|buster)$")


def find(dockerfiles: tuple[Dockerfile, ...]) -> Iterator[Said]:
    """The image that the last stage stands on; builder stages may be what they like."""
    files = deployed(dockerfiles)
    judged = False
    for file in files:
        stage, image = file.final, file.final.base
        if image is None or not image.is_known or _dated.is_windows(image):
            continue
        if not has_python(stage):
            continue
        judged = True
        place = stage.line[0].head.place
        if _dated.is_alpine(image):
            yield Fault(place, _alpine(image), fix=_slim(stage, image))
        elif _dated.has_python(image) and not _dated.is_slim(image):
            yield Fault(place, _full(image), fix=_slim(stage, image))
        else:
            yield Evidence(place, f"stands on `{image.written}`")
    if not judged:
        yield Skip(
            f"no final stage has Python in it ({len(files)} seen)" if files else NONE
        )


def _alpine(image: Image) -> str:
    return (
        f"the final image stands on Alpine (`{image.written}`): wheels that are built"
        " for glibc alone don't fit its musl, and are built from source or not at all;"
        " use a slim image"
    )


def _full(image: Image) -> str:
    return (
        f"the final image stands on a full distribution (`{image.written}`): compilers,"
        " headers and hundreds of packages that nothing needs at run time, each with"
        " its advisories; use the slim image, and build in a stage before it"
    )


def _slim(stage: Stage, image: Image) -> Fix | None:
    """The slim image of the same version, where the same Dockerfile may do for it."""
    head = stage.line[0].head
    written = head.words[0]
    if image.digest or not image.tag or image.name not in ("python", "pypy"):
        return None
    if _dated.is_alpine(image):
        if any(command.program in _ALPINES_OWN for command in run(stage)):
            return None
        slim = _ALPINE.sub("slim", written)
    elif image.tag == "latest":
        # There is no `latest-slim`; what an argument stands for isn't rewritten.
        if not written.endswith(":latest"):
            return None
        slim = written.removesuffix("latest") + "slim"
    elif match := _DEBIAN.search(written):
        slim = f"{written[: match.start()]}-slim-{match['name']}"
    else:
        slim = f"{written}-slim"
    column = head.start[1]
    edit = Edit(head.start[0], column, head.start[0], column + len(written), slim)
    return Fix("unsafe", f"Use {slim}: look whether it lacks a library", (edit,))


RULE = Rule(
    code="PG901",
    level=Level.MUST,
    statements=("9.1.1", "9.2.1"),
    summary="Ship Python on a slim or distroless image, not on Alpine or a full one.",
    why=(
        "A full image carries compilers, headers and hundreds of packages into"
        " production: they are downloaded at every deployment, and a scanner reports"
        " their advisories until nobody reads them. Alpine is small by using another C"
        " library, musl: wheels for glibc don't fit there, so packages without a musl"
        " wheel are compiled, and memory and name resolution behave in another way. A"
        " slim image is Debian without what only a build needs. Build in a first stage"
        " on whatever you like, and copy the result."
    ),
    references=(
        Reference(
            "Docker Official Image: python",
            "https://hub.docker.com/_/python",
            "2026-11-23",
        ),
        Reference(
            "PEP 656: Platform Tag for Linux Distributions Using Musl",
            "https://peps.python.org/pep-0656/",
            "2026-11-23",
        ),
        Reference(
            "Docker: Building best practices",
            "https://docs.docker.com/build/building/best-practices/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="some",
)
