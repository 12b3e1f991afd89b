"""Versions of Python that get no security fixes, or lack those that are out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Edit,
    Evidence,
    Fault,
    Fix,
    Level,
    Project,
    Reference,
    Rule,
)
from pyguard_kernel.project import _dated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._dated import Release
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.kind import Kind
    from pyguard_kernel.project.python_versions import Stated

# Classifiers and the targets of tools follow from these, and are told by them.
_JUDGED = frozenset({"image", "pin", "requires-python", "ci"})


def find(tree: Tree, python_versions: tuple[Stated, ...], kind: Kind) -> Iterator[Said]:
    """What images, pins, requires-python and CI name; one fault for each line.

    What nobody supports is always wrong. What is supported and below the floor is
    wrong where the project chooses it (an application, any image that it builds); a
    library serves those who are still on it, and tests what it promises: its CI is
    told of nothing that requires-python is told of.
    """
    promised = [v.version for v in python_versions if v.source == "requires-python"]
    lines: dict[tuple[str, int], list[tuple[Stated, str, Fix | None]]] = {}
    for one in python_versions:
        follows = kind.is_library and one.source == "ci" and bool(promised)
        if follows and one.version[:2] >= min(promised)[:2]:
            continue
        if one.source in _JUDGED:
            line = (one.place.path, one.place.span[0])
            found = _judged(tree, one, kind)
            if found is None:
                yield Evidence(one.place, f"{one.what} is supported")
            else:
                lines.setdefault(line, []).append((one, *found))
    for faults in lines.values():
        # The oldest says what is the matter with its line.
        one, why, fix = min(faults, key=lambda fault: fault[0].version)
        others = {other.written for other, _, _ in faults} - {one.written}
        more = f" (and {', '.join(sorted(others))})" if others else ""
        only = fix if len(faults) == 1 else None
        yield Fault(one.place, f"{one.what}{more}{why}", fix=only)


def _judged(tree: Tree, one: Stated, kind: Kind) -> tuple[str, Fix | None] | None:
    """What is wrong with a version, and how it is mended; None where nothing is."""
    release = _dated.release(one.version)
    if release is None and one.version[:2] > max(_dated.releases()):
        return None
    if release is None or release.ends <= _dated.checked():
        return _ended(one, release, kind), None
    serves = kind.is_library and one.source != "image"
    floor = _dated.floor()
    if one.version < floor[:2] and not serves:
        text = ".".join(map(str, floor))
        why = (
            f" is older than {text}: it gets security fixes until {release.ends} and"
            f" nothing else; move to {_dated.newest().name}"
        )
        return why, None
    exact = len(one.version) == 3 and one.source in ("image", "pin", "ci")
    if exact and one.version < _dated.numbers(release.secure) and not serves:
        return _behind(release), _patched(tree, one, release)
    return None


def _ended(one: Stated, release: Release | None, kind: Kind) -> str:
    since = f"ended on {release.ends}" if release else "ended long ago"
    allows = one.source == "requires-python"
    what = f"allows Python {one.written}, which" if allows else "is what"
    least = ".".join(map(str, _dated.floor()[:2]))
    if allows and kind.is_library:
        remedy = f"raise it to {_dated.oldest().name} or later"
    else:
        remedy = f"move to {_dated.newest().name}, or to {least} at least"
    return (
        f" {what} nobody mends any more: its support {since}, and holes found since"
        f" stay open; {remedy}"
    )


def _behind(release: Release) -> str:
    return (
        f" lacks security fixes: {release.secure} has them; take that patch, or name"
        f" {release.name} alone and rebuild"
    )


def _patched(tree: Tree, one: Stated, release: Release) -> Fix | None:
    """The newest patch in the same place, where the version is written there."""
    line, column, end_line, end = one.place.span
    text = tree.text(one.place.path).split("\n")[line - 1]
    at = text.find(one.written, column - 1)
    stops = end if end_line == line else len(text) + 1
    # An image for an old Debian, or one of a digest, may not come with that patch.
    tail = text[at + len(one.written) : stops - 1]
    special = one.source == "image" and any(c in tail for c in ("@", "bull", "bust"))
    if at < 0 or at + len(one.written) > stops - 1 or special:
        return None
    edit = Edit(line, at + 1, line, at + 1 + len(one.written), release.secure)
    return Fix("unsafe", f"Take Python {release.secure}", (edit,))


RULE = Rule(
    code="PG906",
    level=Level.MUST,
    statements=("9.3.1", "13.1.1"),
    summary="Run on a supported Python with its latest security fixes.",
    why=(
        "CPython mends a version for five years, and then no more: the hole that is"
        " published next stays open in it for good. Within those years the fixes come"
        " as patches, and a pinned patch stays behind on the day the next one is out."
        " Python 3.12.11, for one, closed a way for an archive to write outside the"
        " folder that it is unpacked to. A version that is named in an image, in"
        " .python-version, in requires-python or in CI is what you run, or what you"
        " promise to run on."
    ),
    references=(
        Reference(
            "Status of Python versions",
            "https://devguide.python.org/versions/",
            "2026-11-23",
        ),
        Reference(
            "PEP 602: Annual Release Cycle for Python",
            "https://peps.python.org/pep-0602/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="some",
)
