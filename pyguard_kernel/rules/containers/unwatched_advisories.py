"""Projects that nobody tells when a hole is found in what they stand on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    ROOT,
    Attest,
    Evidence,
    Fault,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
    Verdict,
)
from pyguard_kernel.project._runs import runs
from pyguard_kernel.project._scanners import scans_dependencies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.advisories import Watcher
    from pyguard_kernel.project.metadata import Metadata
    from pyguard_kernel.settings import Settings

_CODE = "PG907"
_DAYS = 365


def find(
    tree: Tree,
    settings: Settings,
    metadata: Metadata | None = None,
    advisories: tuple[Watcher, ...] | None = None,
    ci: CI | None = None,
) -> Iterator[Said]:
    """Dependabot or Renovate for Python, or a scan of the dependencies in CI."""
    found = list(signals(advisories, ci))
    signed = settings.attest.get(_CODE)
    if found:
        yield from found
    elif not _depends(tree, metadata):
        yield Skip("the project names no dependencies")
    elif tree.has("PKG-INFO") and not any(p.startswith(".github/") for p in tree.paths):
        yield Skip("a source distribution is checked, and it came without its CI")
    elif signed and signed.verdict(_DAYS, date.today())[0] is Verdict.ATTESTED:
        yield Evidence(ROOT, f"{signed.who} says so: {signed.link}")
    else:
        yield from _unwatched(advisories or ())


def _depends(tree: Tree, metadata: Metadata | None) -> bool:
    """Whether it names what it depends on, or may do so in files that aren't shown."""
    listed = tree.matching("requirements*.txt", "*.lock")
    return tree.partial or metadata is not None or bool(listed)


def signals(
    advisories: tuple[Watcher, ...] | None = None, ci: CI | None = None
) -> Iterator[Evidence]:
    """What a scan sees that watches."""
    for watcher in advisories or ():
        if watcher.sees_python:
            yield Evidence(watcher.place, f"{watcher.name} watches the dependencies")
    scans = (r for r in (runs(ci, scans=True) if ci else ()) if scans_dependencies(r))
    for run in scans:
        yield Evidence(run.place, f"`{run.text}` asks an advisory database")


def _unwatched(watchers: tuple[Watcher, ...]) -> Iterator[Fault]:
    remedy = (
        "let Dependabot or Renovate watch the Python packages, or run pip-audit or"
        " osv-scanner by schedule"
    )
    if watchers:
        watcher = watchers[0]
        seen = ", ".join(dict.fromkeys(watcher.ecosystems))
        message = (
            f"{watcher.name} watches {seen} alone, so nobody hears of an advisory for a"
            f" Python package: {remedy}"
        )
        yield Fault(watcher.place, message)
    else:
        message = (
            "nothing watches advisories (OSV, GitHub's) for what this project stands"
            f" on: a hole is public for months before somebody hears of it; {remedy}"
        )
        yield Fault(ROOT, message, absence=True)


RULE = Rule(
    code=_CODE,
    level=Level.MUST,
    statements=("9.3.2", "13.2.3"),
    summary="Have somebody told of advisories for Python and for every dependency.",
    why=(
        "Your code doesn't change, and yet it becomes unsafe: a hole is found in a"
        " package that you locked a year ago. From the day of the advisory attackers"
        " know where to look. A feed that asks the database by itself (Dependabot,"
        " Renovate, pip-audit or osv-scanner by schedule) turns that day into a pull"
        " request. For Python itself no lock file has a line: somebody has to read"
        " python.org's list of security announcements, and that somebody is asked for"
        " by name."
    ),
    references=(
        Reference(
            "OSV: Introduction to OSV",
            "https://google.github.io/osv.dev/",
            "2026-11-23",
        ),
        Reference(
            "Python Software Foundation Advisory Database",
            "https://github.com/psf/advisory-database#readme",
            "2026-11-23",
        ),
        Reference(
            "GitHub: Dependabot alerts",
            "https://docs.github.com/en/code-security/concepts/supply-chain-security/"
            "dependabot-alerts",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Project(find),
        Attest(
            question=(
                "Do advisories for Python itself (python.org's security announcements)"
                " and for your dependencies (OSV, GitHub alerts) reach somebody who"
                " acts on them?"
            ),
            evidence=(
                "the subscription or the alert settings, and who is on duty for them"
            ),
            days=_DAYS,
            signals=signals,
        ),
    ),
)
