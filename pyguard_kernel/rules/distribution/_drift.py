"""What the project declares and its lockfiles don't know, or know otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Fault
from pyguard_kernel.project._standards import same_range

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.project.dependencies import Dependencies, Dependency
    from pyguard_kernel.project.locks import Lock
    from pyguard_kernel.project.metadata import Metadata

_RELOCK = {
    "uv": "uv lock",
    "poetry": "poetry lock",
    "pdm": "pdm lock",
    "pipenv": "pipenv lock",
    "pylock": "uv export --format pylock.toml -o {}",
    "requirements": "uv pip compile --generate-hashes -o {}",
}


def drift(
    locks: Sequence[Lock], dependencies: Dependencies, metadata: Metadata | None
) -> Iterator[Fault]:
    """One fault for the first form of lock that is outdated, at what it doesn't know.

    Locks of one form count together: requirements may be split over files.
    """
    for form in dict.fromkeys(lock.form for lock in locks):
        alike = sorted(
            (lock for lock in locks if lock.form == form),
            key=lambda lock: len(lock.path),  # pylock.toml before pylock.dev.toml
        )
        if any(lock.names is None for lock in alike):
            continue
        command = _RELOCK[form].format(alike[0].path)
        declared = list(_declared(form, dependencies))
        unknown = [one for one in declared if not _is_known(one, alike)]
        if unknown:
            names = ", ".join(dict.fromkeys(f"`{_shown(one)}`" for one in unknown))
            yield Fault(
                unknown[0].requirement.place,
                f"{alike[0].path} was locked before {names} stood here: run"
                f" `{command}`, and commit the lock",
            )
            return
        gone = _gone(alike, declared, dependencies, metadata)
        if gone:
            names = ", ".join(f"`{name}`" for name in gone)
            yield Fault(
                alike[0].place,
                f"{alike[0].path} still locks {names}, which pyproject.toml asks for no"
                f" more: run `{command}`, and commit the lock",
            )
            return


def _declared(form: str, dependencies: Dependencies) -> Iterator[Dependency]:
    """What a lock of this form has to know: packages by name, none of our own."""
    for one in dependencies.all:
        wanted = one.part == "main"
        if form in ("uv", "poetry"):
            # Hatch's environments are groups too, but of no lock.
            listed = one.form == "poetry" or one.group in (dependencies.includes or {})
            wanted |= one.part == "extra" or (one.part == "group" and listed)
        # Another lock than uv's may leave out what a marker rules out.
        if form != "uv" and one.requirement.marker:
            continue
        name = one.requirement.name
        if wanted and name and name not in dependencies.siblings:
            yield one


def _is_known(one: Dependency, locks: Sequence[Lock]) -> bool:
    name = one.requirement.name
    asked = [lock.asked for lock in locks if lock.asked is not None]
    if not asked:
        marked = bool(one.requirement.marker)
        return marked or any(name in (lock.names or ()) for lock in locks)
    specifiers = [s for table in asked for s in table.get(name, ())]
    if not specifiers:
        return False
    if one.form == "poetry" or one.requirement.url or None in specifiers:
        return True
    return any(same_range(one.requirement.specifier, s or "") for s in specifiers)


def _gone(
    locks: Sequence[Lock],
    declared: Sequence[Dependency],
    dependencies: Dependencies,
    metadata: Metadata | None,
) -> list[str]:
    """What uv recorded that the project asks for no more."""
    if (
        metadata is None
        or metadata.form != "project"
        or metadata.dynamic
        & {
            "dependencies",
            "optional-dependencies",
        }
    ):
        return []
    known = {one.requirement.name for one in declared} | dependencies.siblings
    asked = {name for lock in locks for name in lock.asked or ()}
    groups = {one.requirement.name for one in dependencies.of("group")}
    return sorted(asked - known - groups)


def _shown(one: Dependency) -> str:
    return one.requirement.name + one.requirement.specifier
