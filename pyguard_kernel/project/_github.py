"""GitHub's workflows: jobs, what starts them, and the steps that they run.

What counts as failing nothing: `continue-on-error: true` of a step or its job, and
what a script's own text says. A step whose outcome is asked for later keeps its teeth,
and so does one with `continue-on-error` by an expression (one leg of a matrix). Local
composite actions and reusable workflows are followed; those of other repositories
stand as actions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._commands import Action, Command, Job
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._follow import followed
from pyguard_kernel.project._github_events import limited, triggers
from pyguard_kernel.project._shell import Shell, commands_in
from pyguard_kernel.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

    type Choices = dict[str, tuple[str, ...]]

_FOLDER = ".github/workflows/"
_NEVER = re.compile(r"(?:\$\{\{)?\s*(?:false|'')\s*(?:\}\})?", re.IGNORECASE)
_ALWAYS = re.compile(r"\$\{\{\s*true\s*\}\}", re.IGNORECASE)
_IMAGE = "docker://"
_DEEPEST = 6

# Actions that only call a program that is followed: their words, and the input that
# holds further ones.
_CALLING = {
    "pre-commit/action": (("pre-commit", "run"), "extra_args"),
    "tox-dev/action-pre-commit-uv": (("pre-commit", "run"), "extra_args"),
    "j178/prek-action": (("prek", "run"), "extra-args"),
    "cloudposse/github-action-pre-commit": (("pre-commit", "run"), "extra_args"),
}


def jobs(tree: Tree) -> list[Job]:
    """The jobs of all workflows."""
    paths = tree.matching(f"{_FOLDER}*.yml", f"{_FOLDER}*.yaml")
    own = [path for path in paths if "/" not in path.removeprefix(_FOLDER)]
    flows = {node.path: _Workflow(node) for node in tree.each(own, tree.yaml)}
    _call_each_other(flows)
    return [
        _job(tree, flow, name, job)
        for flow in flows.values()
        for name, job in _table(flow.node.get("jobs"))
    ]


@dataclass(slots=True)
class _Workflow:
    """A workflow, and what those that call it say."""

    node: Node
    called_for: set[str] = field(default_factory=set)
    choices: Choices = field(default_factory=dict)
    via: tuple[Place, ...] = ()

    @property
    def own(self) -> frozenset[str]:
        return triggers(self.node)

    @property
    def triggers(self) -> frozenset[str]:
        return self.own | self.called_for


def _call_each_other(flows: Mapping[str, _Workflow]) -> None:
    """Give every called workflow its callers' triggers and inputs."""
    for flow in flows.values():
        for name, given in _table(flow.node.get("on", "workflow_call", "inputs")):
            default = given.get("default")
            if default is not None and default.value is not None:
                flow.choices[f"inputs.{name}"] = (_text(default),)
    for _ in range(_DEEPEST):
        for flow in flows.values():
            for _, job in _table(flow.node.get("jobs")):
                uses = job.get("uses")
                if uses is None or _disabled(job):
                    continue
                called = flows.get(uses.text.partition("@")[0].removeprefix("./"))
                if called is None or called is flow:
                    continue
                called.called_for |= limited(flow.triggers, job.get("if"))
                called.via = called.via or (*flow.via, uses.place)
                choices = {**flow.choices, **_matrix(job)}
                for name, value in _inputs(job.get("with"), choices).items():
                    before = called.choices.get(name, ())
                    both = dict.fromkeys((*before, *value))
                    called.choices[name] = tuple(both)


def _table(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is not None:
        yield from node.items()


def _elements(node: Node | None) -> Iterable[Node]:
    return node.elements() if node is not None else ()


def _text(node: Node) -> str:
    """A plain value as the text that an expression turns it into."""
    if isinstance(node.value, bool):
        return str(node.value).lower()
    return str(node.value) if isinstance(node.value, str | int | float) else ""


def _texts(node: Node | None) -> dict[str, str]:
    return {name: _text(value) for name, value in _table(node)}


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


def _matrix(job: Node) -> Choices:
    """The values that `matrix.x` may have."""
    found: dict[str, list[str]] = {}
    matrix = job.get("strategy", "matrix")
    for name, values in _table(matrix):
        # What another job makes up isn't known, but it is there.
        rows = [values] if values.text else list(values.elements())
        if name == "exclude":
            continue
        for row in rows:
            if name == "include" or isinstance(row.value, dict):
                head = "" if name == "include" else f"{name}."
                for key, value in row.items():
                    found.setdefault(f"matrix.{head}{key}", []).append(_text(value))
            else:
                found.setdefault(f"matrix.{name}", []).append(_text(row))
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def _inputs(given: Node | None, choices: Choices) -> Choices:
    """The values that `inputs.x` may have, by what is given for them."""
    found: Choices = {}
    for name, value in _table(given):
        text = _text(value)
        match = re.fullmatch(r"\$\{\{\s*([\w.-]+)\s*\}\}", text)
        found[f"inputs.{name}"] = choices.get(match[1], (text,)) if match else (text,)
    return found


def _job(tree: Tree, flow: _Workflow, name: str, job: Node) -> Job:
    steps = _Steps(
        tree,
        (flow.node, job),
        {**_texts(flow.node.get("env")), **_texts(job.get("env"))},
        {**flow.choices, **_matrix(job)},
    )
    steps.choices |= {f"env.{key}": (value,) for key, value in steps.env.items()}
    # Where it also starts by itself, no caller is on the way.
    via = flow.via if flow.own <= {"call"} else ()
    steps.run(job.get("steps"), _soft(job), via, 0)
    uses = job.get("uses")
    if uses is not None and uses.text and not uses.text.startswith("./"):
        called, _, ref = uses.text.partition("@")
        steps.actions.append(
            Action(called, ref, uses.place, job.get("with"), via, _soft(job))
        )
    return Job(
        name,
        "github",
        job.name_place,
        limited(flow.triggers, job.get("if")),
        tuple(followed(tree, steps.commands, steps.choices)),
        tuple(steps.actions),
        (*_images(job), *steps.images),
        _disabled(job),
    )


@dataclass(slots=True)
class _Steps:
    """Gathers what the steps of one job run."""

    tree: Tree
    holders: tuple[Node, Node]
    env: dict[str, str]
    choices: Choices
    commands: list[Command] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    images: list[Node] = field(default_factory=list)

    def run(
        self, steps: Node | None, soft: str, via: tuple[Place, ...], depth: int
    ) -> None:
        """Add the commands and actions of steps that aren't switched off."""
        for step in _elements(steps):
            if _disabled(step):
                continue
            why = soft or ("" if self._asked_for(step) else _soft(step))
            uses, run = step.get("uses"), step.get("run")
            if uses is not None and uses.text:
                self._uses(uses, step, why, via, depth)
            if run is not None and run.text:
                self._runs(run, step, why, via)

    def _asked_for(self, step: Node) -> bool:
        """Whether a later step asks how this one ended."""
        name = step.get("id")
        asked = f"steps.{name.text}.outcome" if name is not None and name.text else ""
        return bool(asked) and asked in self.tree.text(step.path)

    def _runs(self, run: Node, step: Node, why: str, via: tuple[Place, ...]) -> None:
        shell = _shell(self.holders, step)
        shell.env = {**self.env, **_texts(step.get("env"))}
        shell.values = dict(shell.env)
        self.commands += commands_in(
            run.text,
            run,
            source=self.tree.text(run.path),
            shell=shell,
            toothless=why,
            via=via,
        )

    def _uses(
        self, uses: Node, step: Node, why: str, via: tuple[Place, ...], depth: int
    ) -> None:
        name, _, ref = uses.text.partition("@")
        given = step.get("with")
        self.actions.append(Action(name, ref, uses.place, given, via, why))
        if uses.text.startswith(_IMAGE):
            self.images.append(replace(uses, value=uses.text.removeprefix(_IMAGE)))
        if name.startswith("./") and depth < _DEEPEST:
            self._composite(name, given, why, (*via, uses.place), depth)
        elif name in _CALLING:
            words, key = _CALLING[name]
            further = given.get(key) if given is not None else None
            rest = further.text.split() if further is not None else ["--all-files"]
            env = {**self.env, **_texts(step.get("env"))}
            every = (*words, *rest)
            self.commands.append(Command(every, (name,), uses.place, via, why, env))

    def _composite(
        self,
        name: str,
        given: Node | None,
        why: str,
        via: tuple[Place, ...],
        depth: int,
    ) -> None:
        """Follow an action of the project's own."""
        folder = joined("", name) or ""
        for file in ("action.yml", "action.yaml"):
            path = f"{folder}/{file}".lstrip("/")
            if not self.tree.has(path):
                continue
            for action in self.tree.each([path], self.tree.yaml):
                for key, value in _table(action.get("inputs")):
                    default = value.get("default")
                    if default is not None:
                        self.choices.setdefault(f"inputs.{key}", (_text(default),))
                self.choices |= _inputs(given, self.choices)
                self.run(action.get("runs", "steps"), why, via, depth + 1)


def _shell(holders: tuple[Node, ...], step: Node) -> Shell:
    """How GitHub starts the shell of a step."""
    named = step.get("shell")
    folder = step.get("working-directory")
    for holder in reversed(holders):
        named = named or holder.get("defaults", "run", "shell")
        folder = folder or holder.get("defaults", "run", "working-directory")
    place = joined("", folder.text) if folder is not None else ""
    words = named.text.split() if named is not None else []
    if not words:
        return Shell(folder=place)
    if words in (["bash"], ["sh"]):
        return Shell(pipefail=words == ["bash"], folder=place)
    line = " ".join(words)
    # PowerShell goes on after a program that fails; so few know it that it isn't held
    # against them.
    strict = bool(re.search(r"\s-\w*e", line)) or words[0] in ("pwsh", "powershell")
    return Shell(strict, "pipefail" in line, place)


def _images(job: Node) -> Iterator[Node]:
    """The container images of a job and of its services."""
    held = [job.get("container"), *(node for _, node in _table(job.get("services")))]
    for holder in held:
        if holder is not None:
            image = holder.get("image") or holder
            if image.text:
                yield image
