"""CI that scans neither the code nor what it depends on, or only one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Level, Project, Reference, Rule, Skip
from pyguard_kernel.project._runs import runs
from pyguard_kernel.project._scanners import scans_code, scans_dependencies
from pyguard_kernel.rules.ci._gate import Gate, evidence, missing, no_ci, toothless
from pyguard_kernel.rules.ci._scope import gating, not_asked, unseen
from pyguard_kernel.rules.ci._spelling import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

_GITLAB = ".gitlab-ci.yml"


def find(
    tree: Tree, tool_settings: ToolSettings, ci: CI | None = None
) -> Iterator[Said]:
    """One fault for what is missing, one for each scanner that can't fail."""
    gates = _code(tool_settings), _dependencies(tree)
    if reason := not_asked(tree, ci):
        yield Skip(reason)
        return
    absent: list[Gate] = []
    for gate, template in zip(gates, ("SAST", "Dependency-Scanning"), strict=True):
        found = [run for run in runs(ci) if gate.wanted(run)] if ci else []
        if firm := [run for run in found if not run.toothless]:
            yield from evidence(firm)
        elif found:
            yield toothless(tree, found[0], gate)
        elif not _included(tree, template):
            absent.append(gate)
    if absent and (reason := unseen(tree, ci)):
        yield Skip(reason)
    elif ci is None or not gating(ci):
        yield no_ci(ci, *gates)
    elif absent:
        yield missing(tree, ci, *absent, seen=_by_schedule(ci, absent))


def _code(settings: ToolSettings) -> Gate:
    def wanted(run: Run) -> bool:
        return scans_code(run, settings)

    return Gate(
        "code scanner (ruff's S rules, bandit, CodeQL)",
        wanted,
        Step("Scan the code", ("ruff", "check", "--select", "S")),
        "a hole in the code is merged unseen",
        "a ",
    )


def _dependencies(tree: Tree) -> Gate:
    locked = tree.has("uv.lock")
    target: tuple[str, ...] = () if locked else (".",)
    if not locked and tree.has("requirements.txt"):
        target = ("-r", "requirements.txt")
    return Gate(
        "dependency scanner (pip-audit, osv-scanner, Trivy)",
        scans_dependencies,
        Step("Scan the dependencies", ("pip-audit", *target), apart=not locked),
        "a dependency with a known hole is merged unseen",
        "a ",
    )


def _included(tree: Tree, template: str) -> bool:
    """Whether GitLab's own template for this scan is included."""
    if not tree.has(_GITLAB):
        return False
    included = tree.yaml(_GITLAB).get("include")
    if included is None:
        return False
    entries = [included, *included.elements()]
    texts = (entry.get("template") or entry for entry in entries)
    return any(template in text.text for text in texts)


def _by_schedule(ci: CI, gates: list[Gate]) -> str:
    """What scans by schedule only, as half a sentence."""
    for gate in gates:
        for run in runs(ci, scans=True):
            if gate.wanted(run) and not run.job.gates:
                return f" (`{run.program}` runs by schedule alone, after the merge)"
    return ""


RULE = Rule(
    code="PG1006",
    level=Level.MUST,
    statements=("10.2.5", "13.1.10"),
    summary="Scan both the code and its dependencies for security faults in CI.",
    why=(
        "Most of what runs in production was written by others, and holes in it are"
        " found after you installed it; only a dependency scanner says so. Your own"
        " code has the other half: a query built from input, a shell call, a secret in"
        " the source; a code scanner sees those before they are merged. Neither sees"
        " what the other does, so both are asked for. Scanners are lists of known"
        " faults: a green scan is no proof, a red one is a reason to stop."
    ),
    references=(
        Reference(
            "Ruff: Rules, flake8-bandit (S)",
            "https://docs.astral.sh/ruff/rules/?linter=flake8-bandit-s",
            "2026-11-23",
        ),
        Reference(
            "pip-audit: scanning Python environments for known vulnerabilities",
            "https://github.com/pypa/pip-audit#readme",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
