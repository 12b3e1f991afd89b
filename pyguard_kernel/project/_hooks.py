"""What `pre-commit run` and `lefthook run` run: the hooks of their configuration.

A hook of somebody's repository stands for the program that it is known to run, else
for a program of the hook's own name. pre-commit fails where a hook changes files, so
formatters count as their `--check`.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from pyguard_kernel.project import pre_commit
from pyguard_kernel.project._commands import Command, Job
from pyguard_kernel.project._node import Broken
from pyguard_kernel.project._runner_tables import as_set
from pyguard_kernel.project._shell import Shell, commands_in, ends
from pyguard_kernel.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.pre_commit import Hook, PreCommit

# The program behind a hook's id, where its name isn't the program's.
_PROGRAMS = {
    "ruff": ("ruff", "check"),
    "ruff-check": ("ruff", "check"),
    "ruff-format": ("ruff", "format", "--check"),
    "black": ("black", "--check"),
    "black-jupyter": ("black", "--check"),
    "isort": ("isort", "--check"),
    "uv-lock": ("uv", "lock"),
    "uv-export": ("uv", "export"),
    "pip-audit": ("pip-audit",),
    "python-safety-dependencies-check": ("safety", "check"),
    "basedpyright": ("basedpyright",),
    "pyrefly-check": ("pyrefly", "check"),
    "pyrefly-typecheck-system": ("pyrefly", "check"),
    "ty": ("ty", "check"),
    "ty-check": ("ty", "check"),
    "gitleaks": ("gitleaks", "detect"),
    "zizmor": ("zizmor",),
    "hadolint-docker": ("hadolint",),
}
_VALUES = as_set(
    "-c --config --hook-stage --from-ref --to-ref -s -o --source --origin"
    " --files --remote-name --remote-url --color --remote-branch"
    " --local-branch"
)
_BADGE = "results.pre-commit.ci"
_SKIPS = ("SKIP", "PREK_SKIP")


def behind(tree: Tree, command: Command) -> Iterator[Command]:
    """The hooks that a call runs, as commands."""
    if command.program in ("pre-commit", "prek") and "run" in command.words[1:]:
        yield from _pre_commit(tree, command)
    elif command.program == "lefthook" and "run" in command.words[1:]:
        yield from _lefthook(tree, command)


def _pre_commit(tree: Tree, command: Command) -> Iterator[Command]:
    config = pre_commit.fact(tree)
    if config is None:
        return
    names: list[str] = []
    stage = "pre-commit"
    words = iter(command.words[command.words.index("run") + 1 :])
    for word in words:
        head, equals, value = word.partition("=")
        if head == "--hook-stage":
            stage = value if equals else next(words, "")
        elif word == "--files":
            break
        elif word in _VALUES:
            next(words, None)
        elif not word.startswith("-"):
            names.append(word)
    stage = {"commit": "pre-commit", "push": "pre-push"}.get(stage, stage)
    skipped = {
        name.strip(): variable
        for variable in _SKIPS
        for name in command.env.get(variable, "").split(",")
    }
    asked = [name for name in names if "$" not in name and name != "..."]
    for hook in config.hooks:
        if (not asked or hook.id in asked) and hook.at(stage):
            why = f"`{skipped[hook.id]}` leaves it out" if hook.id in skipped else ""
            yield from as_commands(hook, why)


def jobs(tree: Tree) -> list[Job]:
    """The hooks that the service pre-commit.ci runs, as one job."""
    try:
        config = pre_commit.fact(tree)
    except Broken as error:
        tree.broken[error.place.path] = error
        return []
    place = _service(tree, config) if config is not None else None
    if config is None or place is None:
        return []
    commands = [
        command
        for hook in config.hooks
        if hook.id not in config.skipped and hook.at("pre-commit")
        for command in as_commands(hook)
    ]
    events = frozenset({"pull_request", "push"})
    return [Job("pre-commit.ci", "pre-commit.ci", place, events, tuple(commands))]


def _service(tree: Tree, config: PreCommit) -> Place | None:
    """Where it shows that pre-commit.ci is switched on: its table, or its badge."""
    if config.service is not None:
        return config.service.name_place
    for path in tree.matching("README*"):
        try:
            lines = tree.text(path).split("\n") if "/" not in path else []
        except Broken:
            continue
        for number, line in enumerate(lines, 1):
            if _BADGE in line:
                return tree.line(path, number)
    return None


def as_commands(hook: Hook, toothless: str = "") -> Iterator[Command]:
    """What a hook runs; nothing where it only looks for a pattern."""
    language = hook.node.get("language")
    if language is not None and language.text in ("pygrep", "fail"):
        return
    try:
        entry = shlex.split(hook.entry.text) if hook.entry is not None else []
    except ValueError:
        entry = hook.entry.text.split() if hook.entry is not None else []
    if entry:
        words = (*entry, *hook.args)
    else:
        words = (*_PROGRAMS.get(hook.id, (_plain(hook.id),)), *hook.args)
    name = hook.node.get("id")
    place = name.place if name is not None else hook.node.place
    base = Command(words, words, place, toothless=toothless)
    for found in ends(base):
        yield replace(found, words=_checking(found.words))


def _plain(name: str) -> str:
    """`mypy-strict` and `pylint-tests` are hooks of those programs' names."""
    match = re.match(
        r"(mypy|pyright|pylint|flake8|bandit|vulture|ruff|semgrep)\b", name
    )
    return match[0] if match else name


def _checking(words: tuple[str, ...]) -> tuple[str, ...]:
    """A formatter that changes a file fails its hook: so it checks."""
    if words[:2] == ("ruff", "format") and not {"--check", "--diff"} & set(words):
        return (*words[:2], "--check", *words[2:])
    if words[:1] == ("black",) and not {"--check", "--diff"} & set(words):
        return ("black", "--check", *words[1:])
    return words


def _lefthook(tree: Tree, command: Command) -> Iterator[Command]:
    names = ("lefthook", ".lefthook")
    paths = [f"{name}.{suffix}" for name in names for suffix in ("yml", "yaml")]
    path = next((path for path in paths if tree.has(path)), None)
    after = [w for w in command.words[1:] if not w.startswith("-") and w != "run"]
    if path is None or not after:
        return
    hook = tree.yaml(path).get(after[0])
    if hook is None:
        return
    for held in (hook.get("commands"), hook.get("jobs"), hook.get("scripts")):
        if held is None:
            continue
        rows = [node for _, node in held.items()] + list(held.elements())
        for row in rows:
            run = row.get("run")
            if run is not None and run.text:
                shell = Shell(errexit=False)
                yield from commands_in(
                    run.text, run, source=tree.text(path), shell=shell
                )
