"""Which distributions a build makes: a wheel, a source distribution, or both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._commands import Command
from pyguard_kernel.project.releases import is_setup

if TYPE_CHECKING:
    from pyguard_kernel.project._commands import Action

WHEEL, SDIST = "wheel", "sdist"
BOTH = frozenset({WHEEL, SDIST})
_NONE: frozenset[str] = frozenset()

# Build front ends, and how each is told to make one alone.
_CHOOSERS = {
    ("uv", "build"): {"--wheel": WHEEL, "--sdist": SDIST},
    ("build",): {"--wheel": WHEEL, "-w": WHEEL, "--sdist": SDIST, "-s": SDIST},
    ("pdm", "build"): {"--no-sdist": WHEEL, "--no-wheel": SDIST},
    ("pdm", "publish"): {"--no-sdist": WHEEL, "--no-wheel": SDIST},
}
# And those that are told by an option's value.
_FORMATS = {
    ("hatch", "build"): ("-t", "--target"),
    ("flit", "build"): ("--format",),
    ("flit", "publish"): ("--format",),
    ("poetry", "build"): ("-f", "--format"),
}
_ALONE = {
    ("cibuildwheel",): frozenset({WHEEL}),
    ("maturin", "sdist"): frozenset({SDIST}),
    ("maturin", "publish"): BOTH,
}
_SETUP = {"sdist": SDIST, "bdist_wheel": WHEEL}
_ACTIONS = {
    "pypa/cibuildwheel": frozenset({WHEEL}),
    "ralfg/python-wheels-manylinux-build": frozenset({WHEEL}),
    "hynek/build-and-inspect-python-package": BOTH,
    "casperdcl/deploy-pypi": BOTH,
    "jrubics/poetry-publish": BOTH,
    "code-specialist/pypi-poetry-publish": BOTH,
    "python-semantic-release/python-semantic-release": BOTH,
    "relekang/python-semantic-release": BOTH,
}
# What is built into such a folder is tried, not released; `...` isn't known.
_PASSING = re.compile(r"te?mp(?:[-_]?dir)?\b|/tmp|^\.\.\.$", re.IGNORECASE)
_MATURIN = ("pyo3/maturin-action", "messense/maturin-action")


def made_by(step: Command | Action) -> frozenset[str]:
    """What a command or a ready-made step builds; empty where it builds nothing."""
    if isinstance(step, Command):
        passing = any(_PASSING.search(word) for word in step.words)
        return _NONE if passing else _by_command(step)
    return _by_action(step)


def _by_command(command: Command) -> frozenset[str]:
    words = command.words
    if is_setup(command):
        return frozenset(_SETUP[word] for word in words if word in _SETUP)
    for call, options in _CHOOSERS.items():
        if command.runs(*call):
            if {"-h", "--help", "-V", "--version"} & set(words):
                return _NONE
            return frozenset(options[w] for w in words if w in options) or BOTH
    for call, names in _FORMATS.items():
        if command.runs(*call):
            return _chosen(words, names)
    if command.runs("pip", "wheel"):
        # Of an archive, it tries whether that builds.
        here = any(re.match(r"\.(?:/?$|\[)", word) for word in words[2:])
        return frozenset({WHEEL}) if here else _NONE
    if command.runs("poetry", "publish"):
        return BOTH if "--build" in words else _NONE
    if command.runs("maturin", "build"):
        return BOTH if "--sdist" in words else frozenset({WHEEL})
    return next((made for call, made in _ALONE.items() if command.runs(*call)), _NONE)


def _chosen(words: tuple[str, ...], names: tuple[str, ...]) -> frozenset[str]:
    """The formats that an option names, by `--format=wheel` or `--format wheel`."""
    found: set[str] = set()
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            value = value if equals else "".join(words[number + 1 : number + 2])
            found |= set(value.split(",")) & BOTH
    return frozenset(found) or BOTH


def _by_action(action: Action) -> frozenset[str]:
    name = action.name.lower()
    if name in _MATURIN:
        return _by_maturin(action)
    return _ACTIONS.get(name, _NONE)


def _by_maturin(action: Action) -> frozenset[str]:
    def given(key: str) -> str:
        node = action.inputs.get(key) if action.inputs else None
        return node.text if node else ""

    command = given("command") or "build"
    if command == "sdist":
        return frozenset({SDIST})
    if command == "build" and "--sdist" not in given("args"):
        return frozenset({WHEEL})
    return BOTH if command in ("build", "publish", "upload") else _NONE
