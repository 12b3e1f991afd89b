"""Gates that can't fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Evidence, Fault, Fix, Level, Project, Reference, Rule
from pyguard_kernel.project._runs import runs
from pyguard_kernel.rules.ci._checks import (
    TESTS,
    gateless,
    is_gate,
    is_report,
    same_gate,
)
from pyguard_kernel.rules.ci._edits import appended
from pyguard_kernel.rules.ci._teeth import culprit, teeth_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place, Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree


def find(tree: Tree, ci: CI) -> Iterator[Said]:
    """One fault a line; what is the same gate elsewhere with teeth may spare it."""
    found = [run for run in runs(ci, scans=True) if is_gate(run)]
    firm = [run for run in found if not run.toothless and not gateless(run)]
    told: set[tuple[str, int]] = set()
    for run in found:
        why = run.toothless or gateless(run)
        if not why or _spared(run, firm):
            continue
        place = culprit(run) if run.toothless else run.place
        if _left_out(run) and run.source.via:
            place = run.source.via[-1]
        if (place.path, place.span[0]) not in told:
            told.add((place.path, place.span[0]))
            yield _fault(tree, run, place, why)
    if not told:
        yield from (Evidence(run.place, f"`{run.text}` can fail") for run in firm[:5])


def _spared(run: Run, firm: list[Run]) -> bool:
    """Whether it may pass: a trial, or a report, beside the same gate with teeth."""
    beside = any(same_gate(run, other) for other in firm)
    if run.program in ("pre-commit", "prek"):
        return any(other.by_pre_commit for other in firm)
    if run.program in TESTS or run.program == "coverage" or run.by_pre_commit:
        # A version of Python that isn't out yet, a flaky suite.
        return beside
    uploads = any("upload-sarif" in action.name for action in run.job.actions)
    return is_report(run) and (beside or uploads)


def _left_out(run: Run) -> bool:
    """Whether it is a hook that `SKIP` leaves out."""
    return run.by_pre_commit and "SKIP`" in run.toothless


def _fault(tree: Tree, run: Run, place: Place, why: str) -> Fault:
    name = f"`{run.short}`"
    if _left_out(run):
        message = f"{name} is left out here by `SKIP`, and nothing else in CI runs it"
        return Fault(place, message)
    if not run.toothless:
        return Fault(place, f"{name} can't fail: {why}", fix=_given(tree, run, why))
    at = "" if place == run.place else f", in {_at(run.place)}"
    message = (
        f"{name} can't fail here: {why}{at}. Let it fail or take it out; what always"
        " passes is read by nobody"
    )
    return Fault(place, message, fix=teeth_back(tree, run))


def _at(place: Place) -> str:
    return f"{place.path}:{place.span[0]}"


def _given(tree: Tree, run: Run, why: str) -> Fix | None:
    """The option that a tool needs to fail, where a command can be given it."""
    option = why.split("`")[1]
    edits = appended(tree, run, option) if why.startswith("without") else ()
    return Fix("unsafe", f"Add `{option}`", edits, run.place.path) if edits else None


RULE = Rule(
    code="PG1008",
    level=Level.MUST,
    statements=("10.2.7", "10.3.6", "12.1.14"),
    summary="Let every gate fail the build when it finds something.",
    why=(
        "`|| true`, `continue-on-error` and `--exit-zero` turn a check into a log that"
        " nobody opens. The badge is green, the scan found a critical hole three weeks"
        " ago, and whoever reads the workflow believes that it would have stopped it."
        " That is worse than no gate, which at least nobody counts on. Where old"
        " findings stand in the way, name them one by one (an ignore with a reason, a"
        " baseline), so that the next one fails."
    ),
    references=(
        Reference(
            "GitHub: Workflow syntax, continue-on-error",
            "https://docs.github.com/en/actions/reference/workflows-and-actions/"
            "workflow-syntax"
            "#jobsjob_idstepscontinue-on-error",
            "2026-11-23",
        ),
        Reference(
            "GitLab: CI/CD YAML syntax, allow_failure",
            "https://docs.gitlab.com/ci/yaml/#allow_failure",
            "2026-11-23",
        ),
        Reference(
            "Trivy: Others, exit code",
            "https://trivy.dev/docs/latest/guide/configuration/others/#exit-code",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="some",
)
