"""CircleCI's configuration: the jobs of its workflows, and what their steps run.

Commands of the configuration are followed; orbs aren't seen, their commands and jobs
stand as actions (`circleci/python/install-packages`). A job that no workflow names
doesn't run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._commands import Action, Command, Job
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._follow import followed
from pyguard_kernel.project._shell import Shell, commands_in
from pyguard_kernel.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_FILES = (".circleci/config.yml", ".circleci/config.yaml")
_DEEPEST = 8
_PARAMETER = re.compile(r"<<\s*parameters\.([\w-]+)\s*>>")
_EVERYTHING = re.compile(r"/\^?\.\*\$?/")


def jobs(tree: Tree) -> list[Job]:
    """The jobs of the workflows."""
    paths = [path for path in _FILES if tree.has(path)]
    found: list[Job] = []
    for document in tree.each(paths, tree.yaml):
        found += _Configuration(tree, document).jobs()
    return found


@dataclass(slots=True)
class _Gathered:
    """What the steps of one job come to."""

    env: dict[str, str]
    folder: str | None
    commands: list[Command] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Configuration:
    tree: Tree
    document: Node

    def jobs(self) -> Iterator[Job]:
        """Each job with the events of the workflows that name it."""
        events: dict[str, set[str]] = {}
        calls: dict[str, Node] = {}
        for name, node, started in self._called():
            events.setdefault(name, set()).update(started)
            calls.setdefault(name, node)
        own = dict(_items(self.document.get("jobs")))
        # Without a workflow, the job `build` runs for every push.
        if self.document.get("workflows") is None and "build" in own:
            events["build"] = {"push", "pull_request"}
        for name, node in own.items():
            off = "" if name in events else "no workflow runs it"
            yield self._job(name, node, frozenset(events.get(name, ())), off)
        for name, call in calls.items():
            orb = self._orb(name)
            if name not in own and orb:
                place = call.place
                action = Action(orb[0], orb[1], place, call, (), "")
                yield Job(
                    name, "circleci", place, frozenset(events[name]), (), (action,)
                )

    def _called(self) -> Iterator[tuple[str, Node, set[str]]]:
        """The jobs that workflows name: the call, and what starts it."""
        for title, workflow in _items(self.document.get("workflows")):
            if title == "version":
                continue
            if any(_is_never(n, workflow.get(n)) for n in ("when", "unless")):
                continue
            rows = workflow.get("triggers")
            events = {"push", "pull_request"}
            if rows is not None and any(r.get("schedule") for r in rows.elements()):
                events = {"schedule"}
            called = workflow.get("jobs")
            for row in called.elements() if called is not None else ():
                if row.text:
                    yield row.text, row, events
                for name, given in row.items():
                    yield name, given, _filtered(given, events)

    def _orb(self, name: str) -> tuple[str, str] | None:
        """An orb's command as (`circleci/python/install-packages`, version)."""
        alias, slash, command = name.partition("/")
        orb = self.document.get("orbs", alias)
        if not slash or orb is None or not orb.text:
            return None
        full, _, version = orb.text.partition("@")
        return f"{full}/{command}", version

    def _job(self, name: str, job: Node, events: frozenset[str], off: str) -> Job:
        executor = job.get("executor")
        chosen = executor.get("name") or executor if executor is not None else None
        holder = None
        if chosen is not None and chosen.text:
            holder = self.document.get("executors", chosen.text)
        env: dict[str, str] = {}
        folder: str | None = ""
        images: list[Node] = []
        for node in (holder, job):
            if node is None:
                continue
            env |= {k: str(v.value) for k, v in _items(node.get("environment"))}
            place = node.get("working_directory")
            if place is not None and not place.text.startswith("~"):
                folder = joined("", place.text)
            images += _images(node)
        gathered = _Gathered(env, folder)
        self._steps(job.get("steps"), {}, (), gathered, 0)
        return Job(
            name,
            "circleci",
            job.name_place,
            events,
            tuple(followed(self.tree, gathered.commands)),
            tuple(gathered.actions),
            tuple(images),
            off,
        )

    def _steps(
        self,
        steps: Node | None,
        parameters: dict[str, str],
        via: tuple[Place, ...],
        into: _Gathered,
        depth: int,
    ) -> None:
        if steps is None or depth > _DEEPEST:
            return
        for step in steps.elements():
            if step.text:
                self._call(step.text, step, None, via, into, depth)
            for name, given in step.items():
                if name == "run":
                    self._run(given, parameters, via, into)
                elif name in ("when", "unless"):
                    if _is_never(name, given.get("condition")):
                        continue
                    self._steps(given.get("steps"), parameters, via, into, depth + 1)
                else:
                    self._call(name, given, given, via, into, depth)

    def _call(
        self,
        name: str,
        node: Node,
        given: Node | None,
        via: tuple[Place, ...],
        into: _Gathered,
        depth: int,
    ) -> None:
        command = self.document.get("commands", name)
        if command is not None:
            known: dict[str, str] = {}
            for key, parameter in _items(command.get("parameters")):
                default = parameter.get("default")
                if default is not None:
                    known[key] = str(default.value)
            known |= {k: str(v.value) for k, v in _items(given)}
            way = (*via, node.name_place)
            self._steps(command.get("steps"), known, way, into, depth + 1)
        elif orb := self._orb(name):
            into.actions.append(Action(*orb, node.name_place, given, via, ""))

    def _run(
        self,
        run: Node,
        parameters: dict[str, str],
        via: tuple[Place, ...],
        into: _Gathered,
    ) -> None:
        command = run if run.text else run.get("command")
        if command is None or not command.text:
            return
        env = dict(into.env)
        env |= {k: str(v.value) for k, v in _items(run.get("environment"))}
        place = run.get("working_directory")
        folder = joined(into.folder, place.text) if place is not None else into.folder
        named = run.get("shell")
        options = named.text if named is not None else "-e -o pipefail"
        shell = Shell(
            bool(re.search(r"\s-\w*e|^-e", options)),
            "pipefail" in options,
            folder,
            env,
            dict(env),
        )
        # There a here-document is written `\\<<`, as `<<` begins a parameter.
        text = _PARAMETER.sub(lambda m: parameters.get(m[1], m[0]), command.text)
        into.commands += commands_in(
            text.replace("\\<<", " <<"),
            command,
            source=self.tree.text(command.path).replace("\\<<", " <<"),
            shell=shell,
            via=via,
        )


def _items(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is not None:
        yield from node.items()


def _is_never(name: str, condition: Node | None) -> bool:
    """Whether a `when` or an `unless` is plainly never met; most ask for parameters."""
    return condition is not None and condition.value is (name == "unless")


def _filtered(call: Node, events: set[str]) -> set[str]:
    """What is left of a workflow's events by the filters of one job's call."""
    kind = call.get("type")
    if kind is not None and kind.text == "approval":
        return {"manual"}
    ignored = call.get("filters", "branches", "ignore")
    texts = [n.text for n in ignored.strings()] if ignored is not None else []
    tags = call.get("filters", "tags")
    left = set(events)
    if any(_EVERYTHING.fullmatch(text) for text in texts):
        left -= {"push", "pull_request"}
    return left | {"tag"} if tags is not None else left


def _images(node: Node) -> Iterator[Node]:
    docker = node.get("docker")
    for row in docker.elements() if docker is not None else ():
        image = row.get("image")
        if image is not None and image.text:
            yield image
