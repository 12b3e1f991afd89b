"""Releases that build a wheel alone, or a source distribution alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Evidence,
    Fault,
    Level,
    Place,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.project._commands import Command
from pyguard_kernel.project.releases import is_setup
from pyguard_kernel.rules.distribution._builds import BOTH, WHEEL, made_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import Action
    from pyguard_kernel.project.releases import Release

    type Step = Command | Action


def find(releases: tuple[Release, ...]) -> Iterator[Said]:
    """All that releases build is taken together: jobs share the work."""
    release = [one for one in releases if one.uploads or one.tagged]
    if not release:
        yield Skip("no step releases anything")
        return
    steps = list(_steps(release))
    made = frozenset[str]().union(*(kinds for _, kinds in steps))
    if not steps:
        # Another workflow builds, and only what it makes of both is known to be it.
        steps = [step for step in _steps(list(releases)) if step[1] == BOTH]
        made = BOTH
    told: set[Place] = set()
    for step, kinds in steps:
        if step.place in told:
            continue
        told.add(step.place)
        if _is_pip(step):
            yield Fault(
                step.place,
                f"`{_shown(step)}` is meant for a cache of wheels: it packs the"
                " dependencies too, and no source distribution; build by `uv build`",
            )
        elif made == BOTH:
            # That setup.py made it is PG609's to say, and no evidence.
            if not (isinstance(step, Command) and is_setup(step)):
                yield Evidence(step.place, f"`{_shown(step)}` builds {_names(kinds)}")
        else:
            yield Fault(step.place, f"`{_shown(step)}` builds {_missing(kinds)}")
    if not steps:
        yield Skip("what is released is built elsewhere")


def _steps(releases: list[Release]) -> Iterator[tuple[Step, frozenset[str]]]:
    """What builds, and what it makes."""
    for release in releases:
        steps: list[Step] = [*release.commands, *release.actions]
        for step in steps:
            kinds = made_by(step)
            if kinds:
                yield step, kinds


def _shown(step: Step) -> str:
    return " ".join(step.words) if isinstance(step, Command) else step.name


def _is_pip(step: Step) -> bool:
    return isinstance(step, Command) and step.runs("pip", "wheel")


def _names(kinds: frozenset[str]) -> str:
    return " and ".join(sorted(kinds, reverse=True))


def _missing(kinds: frozenset[str]) -> str:
    if WHEEL in kinds:
        return (
            "a wheel alone, and nothing else in the release makes a source"
            " distribution: other platforms and distributors have nothing to build"
            " from; `uv build` makes both"
        )
    return (
        "a source distribution alone, and nothing else in the release makes a wheel:"
        " everyone who installs it runs its build; `uv build` makes both"
    )


RULE = Rule(
    code="PG608",
    level=Level.MUST,
    statements=("6.4.1",),
    summary="Release a wheel and a source distribution, both made by one build tool.",
    why=(
        "Without a wheel, everyone who installs the package runs its build: that needs"
        " the build's own requirements, takes longer, and runs code at install time."
        " Without a source distribution, there is nothing to build from where no wheel"
        " fits, and those who package for a distribution or audit what they run have"
        " no sources that belong to the release. `uv build` makes the source"
        " distribution first and the wheel from it, so that both hold the same."
    ),
    references=(
        Reference(
            "PyPA: The packaging flow",
            "https://packaging.python.org/en/latest/flow/",
            "2026-11-23",
        ),
        Reference(
            "uv: Building and publishing a package",
            "https://docs.astral.sh/uv/guides/package/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
)
