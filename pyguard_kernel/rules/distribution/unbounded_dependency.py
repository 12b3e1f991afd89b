"""Dependencies of a library without a range: no lower bound, no upper one, or a pin."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Evidence,
    Fault,
    Fix,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.project._requirement import canonical
from pyguard_kernel.rules.distribution._ranges import Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._requirement import Requirement
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.dependencies import Dependencies, Dependency
    from pyguard_kernel.project.kind import Kind
    from pyguard_kernel.project.locks import Lock
    from pyguard_kernel.project.metadata import Metadata

_PKG_INFO = "PKG-INFO"


def find(
    tree: Tree,
    kind: Kind,
    dependencies: Dependencies,
    metadata: Metadata | None = None,
    locks: tuple[Lock, ...] | None = None,
) -> Iterator[Said]:
    """One fault a line, with what the range should be."""
    if not kind.is_library:
        yield Skip(f"ranges are for libraries; this is an {kind}")
        return
    judged = [
        one
        for one in dependencies.of("main", "extra")
        if one.requirement.valid
        and not (one.development or one.requirement.url)
        and one.requirement.name not in dependencies.siblings
        and not _of_one_release(one.requirement, tree, metadata)
    ]
    if not judged:
        yield Skip("the library declares no dependencies")
        return
    ranges = [Range(one, _locked(one, locks)) for one in judged]
    wrong = sorted((r for r in ranges if r.fault), key=lambda r: r.place)
    for _, group in groupby(wrong, key=lambda r: (r.place.path, r.place.span[0])):
        yield _fault(tree, list(group))
    if not wrong:
        count = f"all {len(judged)} dependencies have"
        if len(judged) == 1:
            count = "the one dependency has"
        yield Evidence(ranges[0].place, f"{count} a lower and an upper bound")


def _locked(dependency: Dependency, locks: tuple[Lock, ...] | None) -> str:
    """The version that a lock has of it; empty where none tells."""
    name = dependency.requirement.name
    found = (lock.versions.get(name, "") for lock in locks or ())
    return next((version for version in found if version), "")


def _of_one_release(asked: Requirement, tree: Tree, metadata: Metadata | None) -> bool:
    """Whether a pin is of a part that is released together with this project."""
    if metadata is None or not asked.bounds.pinned:
        return False
    version = metadata.version.text if metadata.version else ""
    if not version and tree.has(_PKG_INFO):
        found = re.search(r"^Version: (\S+)", tree.text(_PKG_INFO), re.MULTILINE)
        version = found[1] if found else ""
    own = canonical(metadata.name.text) if metadata.name else ""
    part = bool(own) and asked.name.startswith(f"{own}-")
    return part or asked.bounds.lower == version


def _fault(tree: Tree, wrong: list[Range]) -> Fault:
    first = wrong[0]
    example = f": `{first.better}`" if first.better else ", e.g. `>=X.Y,<NEXT_MAJOR`"
    others = ", ".join(f"`{one.shown}`" for one in wrong[1:])
    more = f" (nor is {others} a range)" if others else ""
    message = f"`{first.shown}` {first.fault}{example}{more}"
    edits = [edit for one in wrong if (edit := one.edit(tree)) is not None]
    fix = Fix("unsafe", "Ask for a range", tuple(edits))
    return Fault(first.place, message, fix=fix if len(edits) == len(wrong) else None)


RULE = Rule(
    code="PG607",
    level=Level.MUST,
    statements=("6.3.5",),
    summary="Give each dependency of a library a lower bound and an upper one.",
    why=(
        "A library is installed beside packages that it has never met. Without a lower"
        " bound the installer may choose a release that lacks what you call. Without an"
        " upper one, what you released last year breaks on the day that a dependency's"
        " next major comes out, and only a new release of yours repairs it. A `==` pin"
        " does the opposite harm: two libraries that pin one package differently can't"
        " be installed together at all. Ranges are for libraries; applications pin."
    ),
    references=(
        Reference(
            "PyPA: Version specifiers",
            "https://packaging.python.org/en/latest/specifications/version-specifiers/",
            "2026-11-23",
        ),
        Reference(
            "PyPA: install_requires vs requirements files",
            "https://packaging.python.org/en/latest/discussions/install-requires-vs-requirements/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
