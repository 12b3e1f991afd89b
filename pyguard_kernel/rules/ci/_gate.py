"""What the rules of this chapter share: whether some gate stands in CI, with teeth."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.model import ROOT, Evidence, Fault, Skip
from pyguard_kernel.project._runs import PRE_COMMIT, runs
from pyguard_kernel.project.tool_settings import options
from pyguard_kernel.rules.ci._paths import declares
from pyguard_kernel.rules.ci._steps import TOOLS, Step, added
from pyguard_kernel.rules.ci._teeth import teeth_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyguard_kernel.model import Fix, Place, Said
    from pyguard_kernel.project._commands import CI, Job
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

NO_PYTHON = "the project has no Python"
_PYTHON = (".py", "pyproject.toml", "setup.cfg", "requirements.txt")


# What is no check of Python code, by its name.
_OTHER_WORK = re.compile(r"osv|codeql|scorecard|slsa|zizmor|release|publish|docs|label")


class Gate(NamedTuple):
    """A check that CI should run.

    `shown` names it in messages, behind its `article`; `wanted` says which calls are
    it; `step` is how to run it; `harm` says what its absence lets in.
    """

    shown: str
    wanted: Callable[[Run], bool]
    step: Step
    harm: str
    article: str = ""


def has_python(tree: Tree) -> bool:
    """Whether the project has Python, as far as can be seen."""
    return tree.partial or any(path.endswith(_PYTHON) for path in tree.paths)


def not_asked(tree: Tree, ci: CI | None) -> str:
    """Why a project's files can't say what its CI runs; empty where they can."""
    if not has_python(tree):
        return NO_PYTHON
    # Only a source distribution has this file, and some take a part of the CI along.
    if tree.has("PKG-INFO") and not (ci and _is_whole(ci)):
        return "a source distribution is checked, and it came without its CI"
    return ""


def gating(ci: CI) -> list[Job]:
    """The jobs that count."""
    return [job for job in ci.jobs if job.gates]


def elsewhere(ci: CI) -> str:
    """A workflow of another repository that a job calls, where there is one."""
    called = (a.name for job in gating(ci) for a in job.actions)
    unseen = (name for name in called if "/.github/workflows/" in name)
    return next((name for name in unseen if not _OTHER_WORK.search(name)), "")


def by_pytest(
    tree: Tree, settings: ToolSettings, plugin: str, flag: str
) -> Callable[[Run], bool]:
    """Whether a call of pytest runs a tool by a plug-in: its option, or the enabler."""
    always = flag in options(settings.get("pytest", "addopts"))
    always = always or (declares(tree, plugin) and declares(tree, "pytest-enabler"))
    return lambda run: run.program == "pytest" and (always or flag in run.words)


def _is_whole(ci: CI) -> bool:
    """Whether some job checks something; hooks alone may be what was packed."""
    return any(
        run.program in TOOLS and run.job.place.path != PRE_COMMIT for run in runs(ci)
    )


def no_ci(ci: CI | None, *gates: Gate) -> Fault:
    """The one fault of a project without any CI for changes."""
    if ci is None or not ci.jobs:
        seen = "No CI was found"
        remedy = "`pyguard init` writes a workflow that does"
    else:
        seen = "No job of CI runs for pull requests or for pushes to a branch"
        remedy = "add `pull_request` to a workflow's `on`"
    shown = " or ".join(gate.article + gate.shown for gate in gates)
    harm = ", and ".join(gate.harm for gate in gates)
    message = f"{seen}, so nothing runs {shown}, and {harm}: {remedy}"
    return Fault(ROOT, message, absence=True)


def judged(
    tree: Tree, ci: CI | None, gate: Gate, near: Iterable[Said] = ()
) -> Iterator[Said]:
    """What there is to say of one gate.

    `near` are faults of calls that come near to the gate, and aren't it: where there
    are some, they are told instead of the gate's absence.
    """
    if reason := not_asked(tree, ci):
        yield Skip(reason)
    elif ci is None or not gating(ci):
        yield no_ci(ci, gate)
    else:
        found = [run for run in runs(ci) if gate.wanted(run)]
        firm = [run for run in found if not run.toothless]
        nearly = [] if found else list(near)
        if firm:
            yield from evidence(firm)
        elif found:
            yield toothless(tree, found[0], gate)
        elif workflow := elsewhere(ci):
            yield Skip(f"what {workflow} runs stands in another repository")
        elif nearly:
            yield from nearly
        else:
            yield missing(tree, ci, gate)


def evidence(found: Iterable[Run]) -> Iterator[Evidence]:
    """Where the gate stands; once a job."""
    told: set[str] = set()
    for run in found:
        if run.job.name not in told:
            told.add(run.job.name)
            yield Evidence(run.place, f"`{run.text}` in the job {run.job.name}")


def toothless(tree: Tree, run: Run, gate: Gate) -> Fault:
    """A gate that is there and can't fail."""
    message = f"`{run.short}` can't fail here ({run.toothless}): {gate.harm}"
    return Fault(run.place, message, fix=teeth_back(tree, run))


def missing(tree: Tree, ci: CI, *gates: Gate, seen: str = "") -> Fault:
    """Gates that aren't there; `seen` is said of what is there instead."""
    fix = added(tree, ci, *(gate.step for gate in gates))
    todo = " and ".join(f"`{shlex.join(gate.step.words)}`" for gate in gates)
    add = f"add {todo} to a job" if fix is None else uncapitalized(fix.message)
    shown = " and no ".join(gate.shown for gate in gates)
    harm = ", and ".join(gate.harm for gate in gates)
    message = f"CI runs no {shown}, so {harm}{seen}: {add}"
    return Fault(home(ci, fix), message, absence=True, fix=fix)


def uncapitalized(text: str) -> str:
    """The same within a sentence."""
    return text[:1].lower() + text[1:]


def home(ci: CI, fix: Fix | None) -> Place:
    """The job that a missing gate is told at: the one that the fix adds it to."""
    jobs = gating(ci)
    if fix is None:
        return jobs[0].place
    line = fix.edits[0].line
    above = [
        job.place
        for job in jobs
        if job.place.path == fix.path and job.place.span[0] <= line
    ]
    return max(above, key=lambda place: place.span[0], default=jobs[0].place)
