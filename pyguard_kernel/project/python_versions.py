"""The fact `python_versions`: every version of Python that the project names."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Literal

from pyguard_kernel.model import Place
from pyguard_kernel.project._images import image
from pyguard_kernel.project._matrix import interpreters
from pyguard_kernel.project._node import Broken
from pyguard_kernel.project._own import is_own
from pyguard_kernel.project.metadata import texts
from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._commands import CI, Job
    from pyguard_kernel.project._dockerfile import Dockerfile
    from pyguard_kernel.project._images import Image
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.compose import Service
    from pyguard_kernel.project.metadata import Metadata

type Source = Literal[
    "image", "pin", "requires-python", "ci", "classifier", "tox", "ruff", "mypy"
]

# A lower bound: of `>=3.9,<4`, `^3.9`, `~=3.9`, `==3.9.*`, Poetry's `~3.9`.
_LOWER = re.compile(r"(?:>=?|~=?|\^|===?)\s*(?P<version>\d+(?:\.\d+)*)")
_TAG = re.compile(
    r"(?:.*-)?(?:python)?(?P<version>[23]\.\d+(?:\.\d+)?)(?:(?:a|b|rc)\d+)?(?:-.*)?"
)
_IN_NAME = re.compile(r"python-?(?P<major>3)(?P<minor>\d+)")
_PIN = re.compile(r"(?:c?python-?)?(?P<version>[23]\.\d+(?:\.\d+)?)(?![\d.])[^\s#]*")
_TOX = re.compile(r"py(?P<major>[23])\.?(?P<minor>\d+)")
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (?P<version>\d\.\d+)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A version that is named somewhere: (3, 13), or (3, 13, 2).

    `source` is what names it: an image's tag, a pin (.python-version and the like),
    requires-python (its lower bound), what CI sets up, a classifier, tox's environments
    and the targets of ruff and mypy. `written` is the version as it stands there,
    `what` names the thing to people.
    """

    version: tuple[int, ...]
    source: Source
    written: str
    what: str
    place: Place


def fact(
    tree: Tree,
    pyproject: Node | None = None,
    metadata: Metadata | None = None,
    dockerfiles: tuple[Dockerfile, ...] | None = None,
    compose: tuple[Service, ...] | None = None,
    ci: CI | None = None,
) -> tuple[Stated, ...] | None:
    """All versions that are named; None where none is."""
    found = chain(
        _of_metadata(metadata),
        _of_pins(tree),
        _of_dockerfiles(dockerfiles or ()),
        _of_services(compose or ()),
        _of_ci(tree, ci),
        _of_tools(tree, pyproject),
    )
    return tuple(found) or None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3])


def _of_metadata(metadata: Metadata | None) -> Iterator[Stated]:
    for one in metadata.all if metadata is not None else ():
        node = one.requires_python
        lower = _LOWER.search(node.text) if node is not None else None
        if node is not None and lower:
            written = lower["version"]
            what = f"requires-python `{node.text}`"
            version = (*_version(written), 0)[: max(2, written.count(".") + 1)]
            yield Stated(version, "requires-python", written, what, node.place)
        for text in texts(one.classifiers):
            if match := _CLASSIFIER.fullmatch(text.text.strip()):
                written = match["version"]
                what = f"the classifier for {written}"
                yield Stated(_version(written), "classifier", written, what, text.place)


def _of_pins(tree: Tree) -> Iterator[Stated]:
    for path in tree.matching(".python-version", "runtime.txt", ".tool-versions"):
        if not is_own(path):
            continue
        try:
            lines = tree.text(path).split("\n")
        except Broken as error:
            tree.broken[path] = error
            continue
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if path.endswith(".tool-versions"):
                text = text.removeprefix("python ").strip() if "python " in line else ""
            if match := _PIN.fullmatch(text.partition("#")[0].strip()):
                written = match["version"]
                what = f"`{text}` in {path}"
                yield Stated(
                    _version(written), "pin", written, what, tree.line(path, number)
                )


def version_of(image: Image) -> tuple[tuple[int, ...], str] | None:
    """The version of Python that an image's name tells, and how it is written there."""
    # PyPy has releases and dates of its own.
    if "pypy" in image.name + image.tag:
        return None
    if named := _IN_NAME.fullmatch(image.last):
        return (int(named["major"]), int(named["minor"])), named[0]
    match = _TAG.fullmatch(image.tag)
    if match and ("python" in image.last or f"python{match['version']}" in image.tag):
        return _version(match["version"]), match["version"]
    return None


def _of_image(image: Image, place: Place) -> Iterator[Stated]:
    if found := version_of(image):
        what = f"`{image.written.partition('@')[0]}`"
        yield Stated(found[0], "image", found[1], what, place)


def _of_dockerfiles(dockerfiles: tuple[Dockerfile, ...]) -> Iterator[Stated]:
    for file in dockerfiles:
        for stage in file.stages:
            if stage.image is not None:
                yield from _of_image(stage.image, stage.head.place)


def _of_services(services: tuple[Service, ...]) -> Iterator[Stated]:
    for service in services:
        if service.image is not None and service.image_node and not service.is_built:
            yield from _of_image(service.image, service.image_node.place)


def _of_ci(tree: Tree, ci: CI | None) -> Iterator[Stated]:
    for job in ci.jobs if ci is not None else ():
        for node in job.images:
            for stated in _of_image(image(node.text), node.place):
                version, written, what = stated.version, stated.written, stated.what
                yield Stated(version, "ci", written, what, node.place)
        for written, place in _installed(job):
            if match := _PIN.fullmatch(written):
                what, bare = f"Python {written} in CI", match["version"]
                yield Stated(_version(bare), "ci", bare, what, place)
    for written, place in interpreters(tree):
        if match := _PIN.fullmatch(written):
            what = f"Python {written} in CI"
            yield Stated(
                _version(match["version"]), "ci", match["version"], what, place
            )


def _installed(job: Job) -> Iterator[tuple[str, Place]]:
    """What a job sets up by Azure's task and by uv; what variables hold isn't known."""
    for action in job.actions:
        if action.name.lower() == "usepythonversion" and action.inputs is not None:
            spec = action.inputs.get("versionSpec")
            if spec is not None:
                yield str(spec.value), spec.place
    for command in job.commands:
        if command.runs("uv", "python", "install"):
            yield from ((word, command.place) for word in command.words[3:])


def _of_tools(tree: Tree, pyproject: Node | None) -> Iterator[Stated]:
    if tree.has("tox.ini"):
        table = tree.ini("tox.ini").get("tox")
        for name in ("envlist", "env_list"):
            node = table.get(name) if table is not None else None
            yield from _of_tox(node) if node is not None else ()
    if pyproject is None:
        return
    target = pyproject.get("tool", "ruff", "target-version")
    if target is not None and (match := _TOX.fullmatch(target.text)):
        version = int(match["major"]), int(match["minor"])
        yield Stated(
            version, "ruff", target.text, "ruff's target-version", target.place
        )
    target = pyproject.get("tool", "mypy", "python_version")
    if target is not None and (pin := _PIN.fullmatch(str(target.value))):
        written = pin["version"]
        yield Stated(
            _version(written), "mypy", written, "mypy's python_version", target.place
        )


def _of_tox(node: Node) -> Iterator[Stated]:
    for number, line in enumerate(node.text.split("\n")):
        # py{39,310}-lint names two.
        spread = re.sub(
            r"py\{([^}]*)\}",
            lambda m: ",".join(f"py{one.strip()}" for one in m[1].split(",")),
            line,
        )
        for match in _TOX.finditer(spread):
            version = int(match["major"]), int(match["minor"])
            yield Stated(
                version, "tox", match[0], f"tox's {match[0]}", node.line(number)
            )
