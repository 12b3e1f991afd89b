"""The fact `kind`: whether the project is an application or a library, and why.

A library is installed beside what others chose, and promises ranges; an application
is deployed as a whole, and pins. A command-line tool that is published is a library in
this sense.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyguard_kernel.model import ROOT
from pyguard_kernel.project._node import Broken
from pyguard_kernel.project.metadata import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.metadata import Metadata
    from pyguard_kernel.settings import Settings

type Word = Literal["application", "library"]

# What a platform asks of what it runs; `Dockerfile` is judged by itself.
_DEPLOYED = (
    "manage.py", "Procfile", "app.yaml", "fly.toml", "render.yaml", "vercel.json",
    "serverless.yml", "zappa_settings.json",
)  # fmt: skip
_IMAGES = ("Dockerfile", "Containerfile")
_SDIST = "PKG-INFO"  # only a source distribution has it
_WORKFLOWS = (
    ".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml",
    "azure-pipelines.yml", ".circleci/config.yml",
)  # fmt: skip
_PUBLISH = re.compile(
    r"^[^#\n]*?(?P<by>pypa/gh-action-pypi-publish"
    r"|\b(?:uv|poetry|flit|hatch|pdm|maturin) publish\b|\btwine upload\b)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Application or library; `reason` is half a sentence, `place` what shows it."""

    word: Word
    reason: str
    place: Place = ROOT

    @property
    def is_library(self) -> bool:
        """Whether others install it beside their own choice of packages."""
        return self.word == "library"

    def __str__(self) -> str:
        return f"{self.word}: {self.reason}"


def fact(
    tree: Tree,
    settings: Settings,
    pyproject: Node | None = None,
    metadata: Metadata | None = None,
) -> Kind:
    """The configured kind, else the first sign that decides."""
    if settings.kind == "application":
        return Kind("application", "`kind` in [tool.pyguard] says so")
    if settings.kind == "library":
        return Kind("library", "`kind` in [tool.pyguard] says so")
    return next(_signs(tree, pyproject, metadata))


def _signs(
    tree: Tree, pyproject: Node | None, metadata: Metadata | None
) -> Iterator[Kind]:
    """What decides, the strongest first; the last one always does."""
    yield from _unpackaged(pyproject)
    if metadata is None:
        yield Kind("application", "it has no metadata to be installed by")
        return
    yield from _classified(metadata)
    yield from _deployed(tree, _DEPLOYED)
    yield from _published(tree)
    if tree.has(_SDIST):
        yield Kind("library", "it is a source distribution", tree.line(_SDIST, 1))
    built = pyproject is not None and pyproject.get("build-system") is not None
    if not built and metadata.form == "project" and not tree.has("setup.py"):
        yield Kind(
            "application",
            "no [build-system] builds it into a package",
            metadata.place,
        )
    yield from _deployed(tree, _IMAGES)
    yield Kind(
        "library",
        "it is built as a package, and nothing shows that it is deployed",
        metadata.place,
    )


def _unpackaged(pyproject: Node | None) -> Iterator[Kind]:
    if pyproject is None:
        return
    for way in (("uv", "package"), ("poetry", "package-mode"), ("pdm", "distribution")):
        node = pyproject.get("tool", *way)
        if node is not None and node.value is False:
            said = f"`{way[1]} = false` in [tool.{way[0]}] says that it isn't packaged"
            yield Kind("application", said, node.place)


def _classified(metadata: Metadata) -> Iterator[Kind]:
    for description in metadata.all:
        for node in texts(description.classifiers):
            if node.text.startswith("Private ::"):
                said = f"its classifier `{node.text}` keeps it unpublished"
                yield Kind("application", said, node.place)
            elif node.text.startswith("Topic :: Software Development :: Libraries"):
                yield Kind("library", f"its classifier `{node.text}`", node.place)


def _deployed(tree: Tree, files: tuple[str, ...]) -> Iterator[Kind]:
    for path in files:
        if tree.has(path):
            said = f"{path} deploys it"
            yield Kind("application", said, tree.line(path, 1))


def _published(tree: Tree) -> Iterator[Kind]:
    for path in tree.matching(*_WORKFLOWS):
        try:
            text = tree.text(path)
        except Broken:
            continue  # said by the fact that needs the whole file
        if match := _PUBLISH.search(text):
            line = text.count("\n", 0, match.start("by")) + 1
            said = f"`{match['by']}` in {path} publishes it"
            yield Kind("library", said, tree.line(path, line))
