"""What the rules of this chapter share: whether some gate stands in CI, with teeth."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.model import ROOT, Evidence, Fault, Skip
from pyguard_kernel.project._runs import runs
from pyguard_kernel.rules.ci._scope import gating, not_asked, unseen
from pyguard_kernel.rules.ci._spelling import Step
from pyguard_kernel.rules.ci._steps import added
from pyguard_kernel.rules.ci._teeth import teeth_back
from pyguard_kernel.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyguard_kernel.model import Fix, Place, Said
    from pyguard_kernel.project._commands import CI, Job
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree


_REMEDIES = {
    "github": "add `pull_request` to a workflow's `on`",
    "gitlab": "let a job's `rules` take merge requests, and not `when: manual` alone",
    "azure": "add `pr` or a branch to `trigger`",
    "circleci": "put a job into a workflow that pushes start",
    "pre-commit.ci": "`pyguard init` writes a workflow that does",
}


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


def no_ci(ci: CI | None, *gates: Gate) -> Fault:
    """The one fault of a project without any CI for changes."""
    if ci is None or not ci.jobs:
        seen = "No CI was found"
        remedy = "`pyguard init` writes a workflow that does"
    elif stopped := _stopped(ci):
        seen = f"No job of CI runs for changes: {stopped.disabled} stops"
        seen += f" {stopped.name} in {stopped.place.path}"
        remedy = "take that away"
    else:
        seen = "No job of CI runs for pull requests or for pushes to a branch"
        remedy = _REMEDIES[ci.jobs[0].system]
    shown = " or ".join(gate.article + gate.shown for gate in gates)
    harm = ", and ".join(gate.harm for gate in gates)
    message = f"{seen}, so nothing runs {shown}, and {harm}: {remedy}"
    return Fault(ROOT, message, absence=True)


def _stopped(ci: CI) -> Job | None:
    """A job that would count, if it weren't switched off."""
    live = (replace(job, disabled="") for job in ci.jobs)
    pairs = zip(ci.jobs, live, strict=True)
    return next((job for job, one in pairs if job.disabled and one.gates), None)


def judged(
    tree: Tree, ci: CI | None, gate: Gate, near: Iterable[Said] = ()
) -> Iterator[Said]:
    """What there is to say of one gate.

    `near` are faults of calls that come near to the gate, and aren't it: where there
    are some, they are told instead of the gate's absence.

    Raises:
        Broken: a file that CI is drawn from can't be read, and the gate isn't seen.
    """
    found = [run for run in runs(ci) if gate.wanted(run)] if ci else []
    if reason := not_asked(tree, ci):
        yield Skip(reason)
    elif firm := [run for run in found if not run.toothless]:
        yield from evidence(firm)
    elif found:
        yield toothless(tree, found[0], gate)
    elif reason := unseen(tree, ci):
        yield Skip(reason)
    elif ci is None or not gating(ci):
        yield no_ci(ci, gate)
    else:
        yield from list(near) or [missing(tree, ci, gate)]


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
