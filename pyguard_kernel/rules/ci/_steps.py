"""A step for a workflow, written as the workflow's other steps are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.model import Edit, Fix
from pyguard_kernel.project._runs import runs_of
from pyguard_kernel.rules.ci._edits import holds, last_line
from pyguard_kernel.rules.ci._spelling import TOOLS, Step, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._commands import CI, Job
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_AT_HOME = re.compile(r"lint|check|quality|style|static|format|types|typing")
_ELSEWHERE = re.compile(
    r"release|publish|deploy|doc|bench|build|nightly|cron|downstream"
)


class _Home(NamedTuple):
    """A job that a step may be added to, and the step that it goes behind."""

    job: Job
    steps: Node
    after: int
    programs: frozenset[str]


def added(tree: Tree, ci: CI, *steps: Step) -> Fix | None:
    """A fix that adds steps to a job of GitHub's; None where no job is fit for them."""
    homes = [home for job in ci.jobs if job.gates for home in _home(tree, job)]
    if not homes:
        return None
    home = max(homes, key=lambda home: _fitness(tree, home))
    commands = [spelled(tree, home.job, step) for step in steps]
    named = [(step.name, text) for step, text in zip(steps, commands, strict=True)]
    at, content = _lines(tree.text(home.steps.path), home, named)
    shown = " and ".join(f"`{command}`" for command in commands)
    edit = Edit(*at, *at, content)
    message = f"Run {shown} in the job {home.job.name}"
    return Fix("unsafe", message, (edit,), path=home.steps.path)


def _home(tree: Tree, job: Job) -> Iterator[_Home]:
    path = job.place.path
    if job.system != "github" or not tree.has(path):
        return
    steps = tree.yaml(path).get("jobs", job.name, "steps")
    listed = list(steps.elements()) if steps else []
    if steps is None or not listed or not all(_is_block(tree, item) for item in listed):
        return
    lines = tree.text(path).split("\n")
    found = list(runs_of(job))
    tools = [(*run.source.via, run.place)[0] for run in found if run.program in TOOLS]
    last = len(listed) - 1
    for number, item in enumerate(listed):
        if any(holds(lines, item, place) for place in tools):
            last = number
    yield _Home(job, steps, last, frozenset(run.program for run in found))


def _is_block(tree: Tree, item: Node) -> bool:
    """Whether a step stands as `- ...` on lines of its own."""
    line, column = item.span[:2]
    before = tree.text(item.path).split("\n")[line - 1][: column - 1]
    return before.strip() == "-" and isinstance(item.value, dict)


def _fitness(tree: Tree, home: _Home) -> tuple[bool, int, bool, bool]:
    """How well a step fits a job: by its tools and name, and once, not in a matrix."""
    job = tree.yaml(home.job.place.path).get("jobs", home.job.name)
    once = job is None or job.get("strategy", "matrix") is None
    name = f"{home.job.place.path.rpartition('/')[2]} {home.job.name}".lower()
    likes = bool(_AT_HOME.search(name)) - 2 * bool(_ELSEWHERE.search(name))
    checks = bool(home.programs & (TOOLS - {"pytest", "tox", "nox", "coverage"}))
    return bool(home.programs & TOOLS), likes, checks, once


def _lines(
    text: str, home: _Home, steps: list[tuple[str, str]]
) -> tuple[tuple[int, int], str]:
    """Where steps (name, command) go: line and column; and their lines."""
    lines = text.split("\n")
    listed = list(home.steps.elements())
    dash = listed[0].span[1] - 3
    ends = [last_line(lines, item, dash) for item in listed]
    line = ends[home.after]
    starts = [item.span[0] for item in listed[1:]]
    spaced = any(start - end > 1 for start, end in zip(starts, ends, strict=False))
    runs = [item for item in listed if item.get("run")]
    has_name = sum(item.get("name") is not None for item in runs) * 2 > len(runs)
    indent = "\n" + " " * dash
    content = ""
    for name, command in steps:
        content += "\n" if spaced else ""
        content += f"{indent}- name: {name}{indent}  " if has_name else f"{indent}- "
        content += f"run: {command}"
    return (line, len(lines[line - 1]) + 1), content
