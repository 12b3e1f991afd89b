"""GitLab's pipelines: jobs, what starts them, and what their scripts run.

Local includes, `extends`, `!reference` and `default` are followed; includes of other
projects, remote files and templates aren't seen, and stand as actions. The pipeline's
`workflow` rules aren't asked. A job without `rules` or `only` runs for every push.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._commands import INCLUDE, Action, Command, Job
from pyguard_kernel.project._follow import followed
from pyguard_kernel.project._node import Node
from pyguard_kernel.project._shell import Shell, commands_in
from pyguard_kernel.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._tree import Tree

_FILES = (".gitlab-ci.yml", ".gitlab-ci.yaml")
_NO_JOBS = frozenset(
    {
        "default",
        "include",
        "stages",
        "variables",
        "workflow",
        "image",
        "services",
        "before_script",
        "after_script",
        "cache",
        "spec",
    }
)
_DEEPEST = 10
_MOST_FILES = 100

# What a condition on these variables asks for.
_SIGNS = (
    (re.compile(r"merge_request_event|CI_MERGE_REQUEST"), "pull_request"),
    (re.compile(r"CI_COMMIT_TAG"), "tag"),
    (re.compile(r"[\"']schedule[\"']"), "schedule"),
    (re.compile(r"[\"'](?:web|api|trigger|chat|pipeline)[\"']"), "manual"),
    (re.compile(r"[\"']push[\"']|CI_COMMIT_BRANCH|CI_DEFAULT_BRANCH"), "push"),
    (re.compile(r"CI_COMMIT_REF_NAME"), "push"),
)
_ONLY = {
    "merge_requests": "pull_request",
    "external_pull_requests": "pull_request",
    "tags": "tag",
    "schedules": "schedule",
    "web": "manual",
    "api": "manual",
    "triggers": "manual",
    "pipelines": "manual",
}


def jobs(tree: Tree) -> list[Job]:
    """The jobs of the pipeline."""
    path = next((path for path in _FILES if tree.has(path)), None)
    if path is None:
        return []
    tables = _included(tree, path)
    whole: dict[str, Node] = {}
    for table in tables:
        for name, node in table.items():
            before = whole.get(name)
            whole[name] = _merged(before, node) if before is not None else node
    pipeline = _Pipeline(tree, whole)
    own = [
        pipeline.job(name, node)
        for name, node in whole.items()
        if name not in _NO_JOBS
        and not name.startswith(".")
        and isinstance(node.value, dict)
    ]
    return [*own, *(job for table in tables for job in _elsewhere(table))]


def _elsewhere(table: Node) -> Iterator[Job]:
    """What a file includes from other places, each as a job of its own."""
    events = frozenset({"push", "pull_request"})
    for row in _rows(table.get("include")):
        ref = row.get("ref")
        for key in ("project", "remote", "component", "template"):
            node = row.get(key)
            file = row.get("file")
            if node is None or not node.text:
                continue
            names = [n.text for n in file.strings()] if file is not None else [""]
            # GitLab's own templates are known, if not here.
            kind = "template:" if key == "template" else INCLUDE
            for name in names:
                full = f"{kind}{node.text}/{name}".rstrip("/").replace("//", "/")
                version = ref.text if ref is not None else ""
                action = Action(full, version, node.place)
                yield Job("include", "gitlab", node.place, events, (), (action,))


def _rows(include: Node | None) -> list[Node]:
    if include is None:
        return []
    return list(include.elements()) or [include]


def _included(tree: Tree, first: str) -> list[Node]:
    """The file and those that it includes, what is overridden first."""
    found: list[Node] = []
    seen = {first}

    def read(path: str) -> None:
        for document in tree.each([path], tree.yaml):
            children = [job.get("trigger", "include") for _, job in document.items()]
            for inner in _local(tree, document.get("include"), *children):
                if inner not in seen and len(seen) < _MOST_FILES:
                    seen.add(inner)
                    read(inner)
            found.append(document)

    read(first)
    return found


def _local(tree: Tree, *includes: Node | None) -> Iterator[str]:
    """The paths of the project's own files among includes."""
    for row in [row for include in includes for row in _rows(include)]:
        local = row.get("local") or (row if row.text else None)
        if local is None:
            continue
        for one in local.strings():
            name = one.text.lstrip("/")
            if "://" in name:
                continue
            if "*" in name:
                yield from tree.matching(name)
            elif tree.has(name):
                yield name


def _merged(base: Node, over: Node) -> Node:
    """Tables are put together; of anything else, the latter counts."""
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    value = dict(base.value)
    for name, node in over.items():
        value[name] = _merged(value[name], node) if name in value else node
    return replace(over, value=value)


@dataclass(frozen=True, slots=True)
class _Pipeline:
    tree: Tree
    tables: dict[str, Node]

    def job(self, name: str, node: Node) -> Job:
        """One job, with all that it takes from others."""
        whole = self._extended(node, 0)
        events, soft = _events(whole)
        shell = Shell(pipefail=True, env=self._env(whole))
        shell.values = dict(shell.env)
        commands: list[Command] = []
        lines = [
            line
            for key in ("before_script", "script")
            for line in self._lines(self._own(whole, key), 0)
        ]
        for number, line in enumerate(lines):
            rest = lines[number + 1 :]
            shell.goes_on = bool(rest) and not any("$?" in r.text for r in rest)
            commands += self._run(line, shell, soft)
        why = soft or "`after_script` fails nothing"
        for line in self._lines(self._own(whole, "after_script"), 0):
            commands += self._run(line, Shell(env=dict(shell.env)), why)
        never = whole.get("when")
        return Job(
            name,
            "gitlab",
            node.name_place,
            events,
            tuple(followed(self.tree, commands)),
            (),
            tuple(self._images(whole)),
            "`when: never`" if never is not None and never.text == "never" else "",
        )

    def _run(self, line: Node, shell: Shell, soft: str) -> list[Command]:
        return commands_in(
            line.text,
            line,
            source=self.tree.text(line.path),
            shell=shell,
            toothless=soft,
            keeps=True,
        )

    def _extended(self, node: Node, depth: int) -> Node:
        extends = node.get("extends")
        if extends is None or depth > _DEEPEST:
            return node
        whole: Node | None = None
        for name in extends.strings():
            base = self.tables.get(name.text)
            if base is not None and base is not node:
                base = self._extended(base, depth + 1)
                whole = _merged(whole, base) if whole is not None else base
        return _merged(whole, node) if whole is not None else node

    def _own(self, job: Node, key: str) -> Node | None:
        """A job's value, else the pipeline's default."""
        default = self.tables.get("default")
        found = job.get(key)
        if found is None and default is not None:
            found = default.get(key)
        return found if found is not None else self.tables.get(key)

    def _env(self, job: Node) -> dict[str, str]:
        env: dict[str, str] = {}
        for table in (self.tables.get("variables"), job.get("variables")):
            for name, node in table.items() if table is not None else ():
                value = node.get("value") or node
                if isinstance(value.value, str | int | float):
                    env[name] = str(value.value)
        return env

    def _lines(self, node: Node | None, depth: int) -> Iterator[Node]:
        """The texts of a script, lists within it and references resolved."""
        if node is None or depth > _DEEPEST:
            return
        if node.text:
            yield node
        elements = list(node.elements())
        way = [element.text for element in elements]
        if depth and len(way) > 1 and way[0] in self.tables:
            # `!reference [.setup, script]` is read as the list that it holds.
            inner = self._extended(self.tables[way[0]], 0).get(*way[1:])
            if inner is not None:
                yield from self._lines(inner, depth + 1)
                return
        for element in elements:
            yield from self._lines(element, depth + 1)

    def _images(self, job: Node) -> Iterator[Node]:
        services = self._own(job, "services")
        rows = [self._own(job, "image")]
        rows += list(services.elements()) if services is not None else []
        for row in rows:
            if row is not None:
                image = row.get("name") or row
                if image.text:
                    yield image


def _events(job: Node) -> tuple[frozenset[str], str]:
    """What starts a job, and why its failure fails nothing, where it doesn't."""
    allowed = job.get("allow_failure")
    soft = "`allow_failure: true`" if _is_true(allowed) else ""
    codes = allowed.get("exit_codes") if allowed is not None else None
    # Ruff, mypy, pytest and most others end with 1 where they find something.
    if codes is not None and 1 in [codes.value, *(n.value for n in codes.elements())]:
        soft = "`allow_failure` takes exit code 1"
    rules = job.get("rules")
    if rules is not None and isinstance(rules.value, list):
        found: set[str] = set()
        free = [rule for rule in rules.elements() if _when(rule, job) not in _OFF]
        for rule in free:
            found |= _asked(rule)
        if any(_when(rule, job) == "manual" for rule in rules.elements()):
            found.add("manual")
        if free and all(_is_true(rule.get("allow_failure")) for rule in free):
            soft = soft or "`allow_failure: true`"
        return frozenset(found), soft
    if _when(job, job) == "manual":
        return frozenset({"manual"}), soft
    only = job.get("only")
    if only is None:
        return frozenset({"push", "tag"}), soft
    names = only.get("refs") or only
    return frozenset(_ONLY.get(n.text, "push") for n in names.strings()) or frozenset(
        {"push"}
    ), soft


_OFF = frozenset({"never", "manual"})


def _when(rule: Node, job: Node) -> str:
    node = rule.get("when") or job.get("when")
    return node.text if node is not None else ""


def _is_true(node: Node | None) -> bool:
    return node is not None and node.value is True


def _asked(rule: Node) -> set[str]:
    """The events that a rule's condition names; all pushes, where it names none."""
    condition = rule.get("if")
    text = condition.text if condition is not None else ""
    if not text:
        return {"push", "pull_request", "tag"}
    # `$CI_COMMIT_TAG == null` and `!= "schedule"` ask for the others.
    plain = re.sub(r"\$\w+\s*(?:==\s*null|!=\s*[\"'][^\"']*[\"'])", "", text)
    found = {event for sign, event in _SIGNS if sign.search(plain)}
    if "pull_request" in found:
        found.discard("push")
    return found or {"push", "pull_request"}
