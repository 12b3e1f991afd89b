"""Installs by Poetry, Pipenv and PDM, and options put where they are missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Evidence, Fault, Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._tree import Tree


def by_others(tree: Tree, command: Command) -> Iterator[Fault | Evidence]:
    """What a command of another manager comes to."""
    options = options_of(command.words)
    if command.runs("poetry", "install") or command.runs("poetry", "sync"):
        if tree.has("poetry.lock"):
            yield Evidence(command.place, "Poetry installs what poetry.lock says")
        else:
            message = (
                "`poetry install` without a committed poetry.lock takes the newest"
                " versions of the day; commit the lock"
            )
            yield Fault(command.place, message, absence=True)
    elif command.runs("pipenv", "install"):
        if {"--deploy", "--ignore-pipfile"} & options:
            yield Evidence(command.place, "Pipenv installs what Pipfile.lock says")
        elif len(command.words) == 2 + len(options):
            yield _relocks(tree, command, "pipenv", "install", "--deploy")
    elif command.runs("pdm", "install"):
        frozen = {"--frozen-lockfile", "--check", "--no-lock"} & options
        if frozen or is_on(command, "PDM_FROZEN_LOCKFILE"):
            yield Evidence(command.place, "PDM installs what pdm.lock says")
        else:
            yield _relocks(tree, command, "pdm", "install", "--frozen-lockfile")


def _relocks(tree: Tree, command: Command, tool: str, verb: str, option: str) -> Fault:
    message = (
        f"`{tool} {verb}` writes a new lock when the committed one is out of date,"
        f" and goes on: say `{tool} {verb} {option}`"
    )
    pattern = rf"\b{tool}\s[^\n]*?\b{verb}\b"
    return Fault(
        command.place, message, fix=inserted(tree, command, pattern, f" {option}")
    )


def inserted(tree: Tree, command: Command, pattern: str, option: str) -> Fix | None:
    """A fix that puts an option behind what a pattern finds in a command."""
    line, column, *_ = command.place.span
    text = tree.text(command.place.path).split("\n")[line - 1]
    match = re.compile(pattern).search(text, column - 1)
    if match is None:
        return None
    edit = Edit(line, match.end() + 1, line, match.end() + 1, option)
    return Fix("unsafe", "Install what the lock says, or fail", (edit,))


def options_of(words: Iterable[str]) -> set[str]:
    """The options among some words, without their values."""
    return {word.partition("=")[0] for word in words if word.startswith("-")}


def is_on(command: Command, *names: str) -> bool:
    """Whether one of these variables is set for a command, and not to no."""
    off = ("", "0", "false", "no", "off")
    return any(command.env.get(name, "").lower() not in off for name in names)
