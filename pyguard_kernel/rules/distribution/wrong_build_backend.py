"""setuptools for pure Python, and build backends of any version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Evidence, Fault, Level, Project, Reference, Rule, Skip
from pyguard_kernel.project._requirement import parse
from pyguard_kernel.rules.distribution._backends import PACKAGES, RANGES
from pyguard_kernel.rules.distribution._compiling import compiles
from pyguard_kernel.rules.distribution._moving import bounded, moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project import Node, Tree
    from pyguard_kernel.project.metadata import Metadata
    from pyguard_kernel.project.packages import Package

_COMPILERS = {"maturin", "scikit_build_core.build", "mesonpy", "sipbuild.api"}
# Backends of old that were replaced by a smaller one of the same tool.
_OUTGROWN = {
    "poetry.masonry.api": "it installs all of Poetry to build; poetry-core is enough",
    "flit.buildapi": "it installs all of flit to build; flit_core is enough",
    "pdm.pep517.api": "pdm-pep517 isn't maintained; pdm-backend follows it",
}


def find(
    tree: Tree,
    pyproject: Node | None = None,
    metadata: Metadata | None = None,
    packages: tuple[Package, ...] | None = None,
) -> Iterator[Said]:
    """The backend, then its version; setuptools is implied where none is named."""
    build = pyproject.get("build-system") if pyproject is not None else None
    backend = build.get("build-backend") if build is not None else None
    if build is not None and build.get("backend-path") is not None:
        yield Skip("it builds with a backend of its own, at backend-path")
        return
    name = backend.text if backend is not None else ""
    implied = build is not None or tree.has("setup.py")
    said: Said
    if name.startswith("setuptools.") or (not name and implied):
        name = name or "setuptools.build_meta"
        said = _setuptools(tree, build, backend, metadata, packages or ())
    elif name in _OUTGROWN and backend is not None:
        said = Fault(backend.place, f"`{name}`: {_OUTGROWN[name]}")
    elif backend is not None and (name in PACKAGES or name in _COMPILERS):
        said = Evidence(backend.place, f"`{name}` builds it")
    elif not name:
        said = Skip("nothing builds it into a package")
    else:
        said = Skip(f"the build backend `{name}` isn't known here")
    yield said
    if build is not None and isinstance(said, Evidence):
        yield from _versions(build, PACKAGES.get(name, ""))


def _setuptools(
    tree: Tree,
    build: Node | None,
    backend: Node | None,
    metadata: Metadata | None,
    packages: tuple[Package, ...],
) -> Said:
    said = backend or build or metadata
    place = said.place if said is not None else tree.line("setup.py", 1)
    why = compiles(tree, build)
    if why:
        return Evidence(place, f"setuptools compiles it: {why}")
    return Fault(
        place,
        "setuptools builds a project without anything to compile: it may run code, and"
        " guesses what to pack; let hatchling (or uv_build) build pure Python",
        absence=True,  # of anything to compile
        fix=moved(tree, build, packages) if build is not None else None,
    )


def _versions(build: Node, package: str) -> Iterator[Said]:
    """The backend's own requirement, where any version of it will do."""
    requires = build.get("requires")
    for node in requires.strings() if requires is not None else ():
        asked = parse(node.text, node.place)
        if asked.name == package and not asked.url and not asked.bounds.lower:
            known = RANGES[package]
            yield Fault(
                node.place,
                f"`{node.text}` builds with whatever version is out that day: give it"
                f" a lower bound, as in `{known}`",
                fix=bounded(node, known),
            )


RULE = Rule(
    code="PG610",
    level=Level.MUST,
    statements=("6.4.3",),
    summary="Build pure Python with hatchling or its like, at a version that is named.",
    why=(
        "setuptools can compile C, and carries for it decades of ways to run code"
        " during a build: setup.py, commands, hooks. Pure Python needs none of it. Its"
        " search for packages takes `tests` and `docs` along, or leaves out a package"
        " that was added, and says nothing. A small backend reads one table, finds one"
        " package, and builds the same wheel anywhere. Whichever it is, a backend"
        " without a lower bound builds last year's tag with what came out this morning,"
        " or with one too old for the fields in use."
    ),
    references=(
        Reference(
            "Hatch: Build configuration",
            "https://hatch.pypa.io/latest/config/build/",
            "2026-11-23",
        ),
        Reference(
            "uv: Build backend",
            "https://docs.astral.sh/uv/concepts/build-backend/",
            "2026-11-23",
        ),
        Reference(
            "setuptools: Package Discovery and Namespace Packages",
            "https://setuptools.pypa.io/en/latest/userguide/package_discovery.html",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
