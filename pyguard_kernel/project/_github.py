"""GitHub's workflows: jobs, what starts them, and the steps that they run.

What counts as failing nothing: `continue-on-error: true` of a step or its job, and
what a script's own text says. `continue-on-error` by an expression (one leg of a
matrix) leaves the gate its teeth.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._commands import Action, Job
from pyguard_kernel.project._follow import followed
from pyguard_kernel.project._shell import Shell, commands_in
from pyguard_kernel.project._shell_calls import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_FILES = (".github/workflows/*.yml", ".github/workflows/*.yaml")
_NEVER = re.compile(r"(?:\$\{\{)?\s*(?:false|'')\s*(?:\}\})?", re.IGNORECASE)
_ALWAYS = re.compile(r"\$\{\{\s*true\s*\}\}", re.IGNORECASE)


def jobs(tree: Tree) -> Iterator[Job]:
    """The jobs of all workflows."""
    for workflow in tree.each(tree.matching(*_FILES), tree.yaml):
        for name, job in _table(workflow.get("jobs")):
            yield _job(tree, workflow, name, job)


def _table(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is not None:
        yield from node.items()


def triggers(workflow: Node) -> frozenset[str]:
    """The events that start a workflow, in the words of `Job.triggers`."""
    on = workflow.get("on")
    if on is None:
        return frozenset()
    events = dict(on.items()) or dict.fromkeys((n.text for n in on.strings()), on)
    found: set[str] = set()
    for event, node in events.items():
        if event in ("pull_request", "pull_request_target"):
            found.add("pull_request")
        elif event == "push":
            found |= _push(node)
        elif event == "workflow_call":
            found.add("call")
        elif event == "workflow_dispatch":
            found.add("manual")
        else:
            found.add(event)
    return frozenset(found)


def _push(node: Node) -> set[str]:
    """Whether a push means branches, tags or both."""
    keys = {key for key, _ in node.items()}
    branches = node.get("branches")
    if branches is not None and branches.value == []:
        keys.discard("branches")
    tags = bool(keys & {"tags", "tags-ignore"})
    if "branches" in keys or "branches-ignore" in keys or not tags:
        return {"push", "tag"} if tags else {"push"}
    return {"tag"}


def _texts(node: Node | None) -> dict[str, str]:
    """A table of variables, numbers and the like as texts."""
    return {
        name: str(value.value).lower()
        if isinstance(value.value, bool)
        else str(value.value)
        for name, value in _table(node)
        if isinstance(value.value, str | int | float)
    }


def _soft(node: Node) -> str:
    """Why a step or a job fails nothing, or the empty text."""
    value = node.get("continue-on-error")
    if value is None:
        return ""
    always = value.value is True or _ALWAYS.fullmatch(value.text.strip())
    return "`continue-on-error: true`" if always else ""


def _disabled(node: Node) -> str:
    condition = node.get("if")
    if condition is None:
        return ""
    never = condition.value is False or (
        isinstance(condition.value, str) and _NEVER.fullmatch(condition.text.strip())
    )
    return "`if: false`" if never else ""


def _job(tree: Tree, workflow: Node, name: str, job: Node) -> Job:
    env = {**_texts(workflow.get("env")), **_texts(job.get("env"))}
    commands: list[Command] = []
    actions: list[Action] = []
    soft = _soft(job)
    steps = job.get("steps")
    for step in steps.elements() if steps is not None else ():
        if _disabled(step):
            continue
        why = soft or _soft(step)
        uses = step.get("uses")
        if uses is not None and uses.text:
            actions.append(_action(uses, step.get("with"), why))
        run = step.get("run")
        if run is not None and run.text:
            shell = _shell(workflow, job, step)
            shell.env = {**env, **_texts(step.get("env"))}
            shell.values = dict(shell.env)
            source = tree.text(workflow.path)
            own = commands_in(run.text, run, source=source, shell=shell, toothless=why)
            commands += followed(tree, own)
    return Job(
        name,
        "github",
        job.name_place,
        triggers(workflow),
        tuple(commands),
        tuple(actions),
        tuple(_images(job)),
        _disabled(job),
    )


def _action(uses: Node, given: Node | None, why: str) -> Action:
    name, _, ref = uses.text.partition("@")
    return Action(name, ref, uses.place, given, (), why)


def _shell(workflow: Node, job: Node, step: Node) -> Shell:
    """How GitHub starts the shell of a step."""
    named = step.get("shell")
    folder = step.get("working-directory")
    for holder in (job, workflow):
        named = named or holder.get("defaults", "run", "shell")
        folder = folder or holder.get("defaults", "run", "working-directory")
    place = joined("", folder.text) if folder is not None else ""
    words = named.text.split() if named is not None else []
    if not words:
        return Shell(folder=place)
    if words in (["bash"], ["sh"]):
        return Shell(pipefail=words == ["bash"], folder=place)
    line = " ".join(words)
    strict = bool(re.search(r"\s-\w*e", line)) or words[0] in ("pwsh", "powershell")
    return Shell(strict, "pipefail" in line, place)


def _images(job: Node) -> Iterator[Node]:
    """The container images of a job and of its services."""
    for holder in [job.get("container"), *(s for _, s in _table(job.get("services")))]:
        image = holder.get("image") if holder and holder.get("image") else holder
        if image is not None and image.text:
            yield image
