"""Images that go into production with all that built them."""

from __future__ import annotations

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
from pyguard_kernel.project._images import expanded
from pyguard_kernel.rules.containers._deployed import NONE, deployed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place, Said
    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._dockerfile import Dockerfile

_INSTALLS = (
    ("pip", "install"), ("pip", "wheel"), ("uv", "sync"), ("uv", "pip", "install"),
    ("uv", "pip", "sync"), ("uv", "tool", "install"), ("uv", "build"),
    ("poetry", "install"), ("poetry", "sync"), ("poetry", "build"),
    ("pdm", "install"), ("pdm", "sync"), ("pipenv", "install"), ("pipenv", "sync"),
    ("conda", "install"), ("conda", "env"), ("mamba", "install"), ("build",),
    ("micromamba", "install"), ("hatch", "build"), ("python", "setup.py"),
    ("flit", "install"), ("easy_install",), ("pipx", "install"),
)  # fmt: skip
_SYSTEMS = frozenset({"apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper"})
_COMPILERS = frozenset(
    {
        "build-essential", "build-base", "gcc", "g++", "clang", "make", "cmake",
        "rustc", "cargo", "python3-dev", "python-dev", "python3-devel",
    }
)  # fmt: skip
# They come with every image, or bring in no dependency of the project.
_TOOLS = frozenset({"pip", "uv", "setuptools", "wheel", "poetry", "pdm", "pipenv"})


def find(dockerfiles: tuple[Dockerfile, ...]) -> Iterator[Said]:
    """The first install in what the last stage consists of, if it copies nothing."""
    files = deployed(dockerfiles)
    installs = False
    for file in files:
        taken = _taken(file)
        if taken is not None:
            installs = True
            yield Evidence(taken, "takes what another stage has made")
            continue
        ran = [command for stage in file.final.line for command in stage.commands]
        made = next((what for command in ran if (what := _makes(command))), None)
        if made is not None:
            installs = True
            command, said = made
            yield Fault(
                command.place,
                f"{said} in the image that is shipped, with the caches, headers and"
                " tools that it takes; do it in a stage before (`FROM ... AS builder`)"
                " and `COPY --from=builder` the result",
            )
    if not installs:
        yield Skip("no Dockerfile installs Python packages" if files else NONE)


def _taken(file: Dockerfile) -> Place | None:
    """Where the last stage takes something from another one of this file."""
    for stage in file.final.line:
        for one in stage.instructions[1:]:
            mounts = (v.split(",") for n, v in one.flags if n == "mount")
            names = [
                part.removeprefix("from=")
                for parts in mounts
                for part in parts
                if part.startswith("from=")
            ]
            if one.name in ("COPY", "ADD"):
                names.append(one.flag("from"))
            if any(file.stage(expanded(name, stage.globals)) for name in names):
                return one.place
    return None


def _makes(command: Command) -> tuple[Command, str] | None:
    words = command.words
    for known in _INSTALLS:
        if words[: len(known)] == known:
            named = {w.partition("=")[0].rstrip("<>~!=") for w in words[len(known) :]}
            plain = {name for name in named if name and not name.startswith("-")}
            if known == ("pip", "install") and plain and plain <= _TOOLS:
                return None
            return command, f"`{' '.join([*known, *sorted(plain)[:1]])}` installs"
    if command.program in _SYSTEMS:
        found = _COMPILERS.intersection(words)
        if found:
            return command, f"`{command.program}` installs {sorted(found)[0]}"
    return None


RULE = Rule(
    code="PG905",
    level=Level.MUST,
    statements=("9.1.1", "9.2.5"),
    summary="Install in one stage of the Dockerfile, and ship another.",
    why=(
        "What a build needs stays in the image that builds: compilers, headers, pip's"
        " and uv's caches, the token for a private index in some layer. In production"
        " it is ballast at each deployment, and tools for whoever breaks in. It also"
        " makes builds slow, since a change of the code then installs everything anew"
        " if it comes before the dependencies. With two stages the first has all that"
        " and is thrown away; the second copies the environment, and the code on top."
    ),
    references=(
        Reference(
            "Docker: Multi-stage builds",
            "https://docs.docker.com/build/building/multi-stage/",
            "2026-11-23",
        ),
        Reference(
            "uv: Using uv in Docker",
            "https://docs.astral.sh/uv/guides/integration/docker/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
)
