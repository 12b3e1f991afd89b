"""A gate's command, spelled as the commands of a job are."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.rules.ci._paths import declares

if TYPE_CHECKING:
    from pyguard_kernel.project._commands import Command, Job
    from pyguard_kernel.project._tree import Tree

# Where one of these runs, the next gate is at home.
TOOLS = frozenset(
    [
        "ruff", "mypy", "pyright", "basedpyright", "ty", "pyrefly", "black", "isort",
        "flake8", "pylint", "vulture", "bandit", "pip-audit", "pytest", "coverage",
        "tox", "nox", "make", "pre-commit", "unittest",
    ]
)  # fmt: skip
_RUNNERS = frozenset({"uv", "poetry", "pdm", "hatch", "pipenv", "rye", "pixi"})


class Step(NamedTuple):
    """A step to add: its name, its command, and whether the tool runs apart.

    A tool that runs apart reads files alone (ruff, vulture); others need the project's
    own environment (mypy, pytest), and may have a way to be told where that is.
    """

    name: str
    words: tuple[str, ...]
    apart: bool = True
    from_outside: str = ""


def spelled(tree: Tree, job: Job, step: Step) -> str:
    """The command, called as the job's other commands are."""
    words = shlex.join(step.words)
    by_uv = any(command.written[:1] in (("uv",), ("uvx",)) for command in job.commands)
    by_uv = by_uv or any("setup-uv" in action.name for action in job.actions)
    locked = _locked(tree, job)
    if declares(tree, step.words[0]):
        tools = (command for command in job.commands if command.program in TOOLS)
        prefixes = [found for command in tools if (found := _prefix(command))]
        return (prefixes[-1:] or [f"uv run {locked}" if by_uv else ""])[0] + words
    if step.apart:
        return f"uvx {words}" if by_uv else f"pipx run {words}"
    if by_uv and tree.has("uv.lock"):
        return f"uv run {locked}--with {step.words[0]} {words}"
    if by_uv:
        return f"uvx --with-editable . {words}"
    return f"pipx run {step.from_outside}" if step.from_outside else words


def _locked(tree: Tree, job: Job) -> str:
    """`--locked ` where a lock is there, and nothing before has checked it."""
    frozen = {"--locked", "--frozen"}
    synced = any(c.runs("uv", "sync") and frozen & set(c.words) for c in job.commands)
    return "--locked " if tree.has("uv.lock") and not synced else ""


def _prefix(command: Command) -> str:
    """What stands before the program: `uv run --frozen `, `.venv/bin/`."""
    for number, word in enumerate(command.written):
        folder, slash, name = word.rpartition("/")
        if name == command.program:
            before = command.written[:number]
            if before and before[0] not in _RUNNERS:
                before = ()
            return shlex.join((*before, "")).removesuffix("''") + folder + slash
    return ""
