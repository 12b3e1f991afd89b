"""Azure's pipelines: jobs, what starts them, and what their steps run.

Templates of the project are followed with their defaults; conditions in `${{ if }}`
count as met. A `script:` or `bash:` of several lines goes on after a line that fails,
as Azure starts its shells without `-e`.
"""

from __future__ import annotations

import re
from posixpath import normpath
from typing import TYPE_CHECKING

from pyguard_kernel.project._commands import INCLUDE, Action, Command, Job
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._follow import followed
from pyguard_kernel.project._shell import Shell, commands_in
from pyguard_kernel.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_FILES = ("azure-pipelines*.yml", "azure-pipelines*.yaml", ".azure-pipelines.yml")
_FOLDERS = ("azure-pipelines", ".azure-pipelines", ".azuredevops", ".azure", ".vsts")
_DEEPEST = 8
_SCRIPTS = ("script", "bash", "pwsh", "powershell")
_TASKS = frozenset({"Bash", "CmdLine", "PowerShell", "ShellScript"})
# `$(name)` is a variable of the pipeline, not a command's output.
_MACRO = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")


def jobs(tree: Tree) -> list[Job]:
    """The jobs of all pipelines."""
    paths = [path for path in tree.matching(*_FILES) if "/" not in path]
    for folder in _FOLDERS:
        paths += tree.matching(f"{folder}/*.yml", f"{folder}/*.yaml")
    found: list[Job] = []
    for document in tree.each(paths, tree.yaml):
        is_template = "/" in document.path and not (
            {"trigger", "pr", "schedules"} & {name for name, _ in document.items()}
        )
        if not is_template and _has_parts(document):
            found += _Pipeline(tree, _events(document)).jobs(document)
    return found


def _has_parts(document: Node) -> bool:
    return any(document.get(key) for key in ("stages", "jobs", "steps", "extends"))


def _events(document: Node) -> frozenset[str]:
    found: set[str] = set()
    trigger, pull = document.get("trigger"), document.get("pr")
    if trigger is None or trigger.text != "none":
        tags = trigger is not None and trigger.get("tags") is not None
        branches = trigger is not None and trigger.get("branches") is not None
        found |= {"tag"} if tags else set()
        found |= {"push"} if branches or not tags else set()
    if pull is None or pull.text != "none":
        found.add("pull_request")
    if document.get("schedules") is not None:
        found.add("schedule")
    return frozenset(found or {"manual"})


def _is(node: Node | None, value: bool) -> bool:
    """Whether a flag is plainly true or false."""
    if node is None:
        return False
    return node.value is value or node.text.lower() == str(value).lower()


@dataclass(slots=True)
class _Gathered:
    """What the steps of one job come to."""

    env: dict[str, str]
    commands: list[Command] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pipeline:
    tree: Tree
    events: frozenset[str]

    def jobs(self, document: Node) -> list[Job]:
        """The jobs of a document, wherever its parts stand."""
        return list(self._parts(document, {}, (), 0))

    def _parts(
        self, node: Node, env: dict[str, str], via: tuple[Place, ...], depth: int
    ) -> Iterator[Job]:
        """The jobs below a document, a stage or a template."""
        if depth > _DEEPEST:
            return
        env = {**env, **_variables(node.get("variables"))}
        extends = node.get("extends")
        if extends is not None:
            yield from self._template(extends, env, via, depth)
        for stage in _rows(node.get("stages")):
            if not _is(stage.get("condition"), value=False):
                yield from self._parts(stage, env, via, depth + 1)
                yield from self._template(stage, env, via, depth)
        for job in _rows(node.get("jobs")):
            yield from self._template(job, env, via, depth)
            if job.get("steps") or job.get("strategy"):
                yield self._job(job, env, via, depth)
        if node.get("steps") is not None and node.get("jobs") is None:
            yield self._job(node, env, via, depth)

    def _template(
        self, node: Node, env: dict[str, str], via: tuple[Place, ...], depth: int
    ) -> Iterator[Job]:
        template = node.get("template")
        if (unseen := _unseen(template, via)) is not None:
            place = unseen.place
            yield Job("template", "azure", place, self.events, (), (unseen,))
        for document in self._documents(template):
            if template is not None:
                way = (*via, template.place)
                yield from self._parts(document, env, way, depth + 1)

    def _documents(self, template: Node | None) -> Iterator[Node]:
        """The file of a template, where it is the project's own."""
        name = template.text.removesuffix("@self") if template is not None else ""
        if template is None or not name or "@" in name:
            return
        near = template.path.rpartition("/")[0]
        text = name.lstrip("/")
        base = near if not name.startswith("/") else ""
        path = normpath(f"{base}/{text}").lstrip("/")
        if self.tree.has(path):
            yield from self.tree.each([path], self.tree.yaml)

    def _job(
        self, job: Node, env: dict[str, str], via: tuple[Place, ...], depth: int
    ) -> Job:
        gathered = _Gathered({**env, **_variables(job.get("variables"))})
        soft = _soft(job)
        for steps in _all_steps(job):
            self._steps(steps, soft, via, gathered, depth)
        name = job.get("job") or job.get("deployment")
        off = "`condition: false`" if _is(job.get("condition"), value=False) else ""
        image = job.get("container", "image") or job.get("container")
        return Job(
            name.text if name is not None and name.text else "job",
            "azure",
            job.place if name is None else name.place,
            self.events,
            tuple(followed(self.tree, gathered.commands)),
            tuple(gathered.actions),
            (image,) if image is not None and image.text else (),
            off,
        )

    def _steps(
        self,
        steps: Node,
        soft: str,
        via: tuple[Place, ...],
        into: _Gathered,
        depth: int,
    ) -> None:
        if depth > _DEEPEST:
            return
        for step in _rows(steps):
            if _is(step.get("enabled"), value=False):
                continue
            if _is(step.get("condition"), value=False):
                continue
            why = soft or _soft(step)
            template = step.get("template")
            if (unseen := _unseen(template, via)) is not None:
                into.actions.append(unseen)
            for document in self._documents(template):
                inner = document.get("steps")
                if inner is not None and template is not None:
                    way = (*via, template.place)
                    self._steps(inner, why, way, into, depth + 1)
            for key in _SCRIPTS:
                script = step.get(key)
                if script is not None and script.text:
                    strict = key in ("pwsh", "powershell")
                    self._run(script, step, strict, why, via, into)
            self._task(step, why, via, into)

    def _task(
        self, step: Node, why: str, via: tuple[Place, ...], into: _Gathered
    ) -> None:
        task = step.get("task")
        if task is None or not task.text:
            return
        name, _, ref = task.text.partition("@")
        into.actions.append(Action(name, ref, task.place, step.get("inputs"), via, why))
        script = step.get("inputs", "script")
        if name in _TASKS and script is not None and script.text:
            self._run(script, step, name == "PowerShell", why, via, into)

    def _run(
        self,
        script: Node,
        step: Node,
        strict: bool,
        why: str,
        via: tuple[Place, ...],
        into: _Gathered,
    ) -> None:
        place = step.get("workingDirectory") or step.get("inputs", "workingDirectory")
        env = {**into.env, **_variables(step.get("env"))}
        shell = Shell(errexit=strict, env=env, values=dict(env))
        if place is not None:
            shell.folder = joined("", place.text)
        into.commands += commands_in(
            _MACRO.sub(r"${\1}", script.text),
            script,
            source=_MACRO.sub(r"${\1}", self.tree.text(script.path)),
            shell=shell,
            toothless=why,
            via=via,
        )


def _unseen(template: Node | None, via: tuple[Place, ...]) -> Action | None:
    """A template of another repository: `lint.yml@templates`."""
    name, at, repository = template.text.partition("@") if template else ("", "", "")
    if template is None or not at or repository == "self":
        return None
    return Action(f"{INCLUDE}{repository}/{name}", "", template.place, None, via)


def _soft(node: Node) -> str:
    on = _is(node.get("continueOnError"), value=True)
    return "`continueOnError: true`" if on else ""


def _variables(node: Node | None) -> dict[str, str]:
    """Variables as a table, or as a list of names and values."""
    found: dict[str, str] = {}
    if node is None:
        return found
    for name, value in node.items():
        found[name] = str(value.value)
    for row in node.elements():
        name_node, value_node = row.get("name"), row.get("value")
        if name_node is not None and value_node is not None:
            found[name_node.text] = str(value_node.value)
    return {k: v for k, v in found.items() if k and len(v) < 1_000}


def _rows(node: Node | None, depth: int = 0) -> Iterator[Node]:
    """The elements of a list; those below `${{ if ... }}:` among them."""
    if node is None or depth > _DEEPEST:
        return
    for row in node.elements():
        inner = [n for name, n in row.items() if name.startswith("${{")]
        for held in inner:
            if isinstance(held.value, list):
                yield from _rows(held, depth + 1)
            else:
                yield held
        if len(inner) < len(list(row.items())) or not inner:
            yield row


def _values(node: Node | None) -> list[Node]:
    return [value for _, value in node.items()] if node is not None else []


def _all_steps(job: Node) -> Iterator[Node]:
    """The lists of steps of a job, or of a deployment's strategy."""
    own = job.get("steps")
    if own is not None:
        yield own
    strategy = job.get("strategy")
    for kind in _values(strategy):
        for phase in _values(kind):
            steps = phase.get("steps")
            if steps is not None:
                yield steps
