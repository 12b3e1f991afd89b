"""What grows old: Python's releases, images, hooks and actions, as of one day."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyguard_kernel.project._images import Image

FRESH = timedelta(days=90)

type Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A minor version of CPython: support `ends` with that day.

    `secure` is the oldest of its patches without a security hole that is known to be
    mended.
    """

    name: str
    released: date
    ends: date
    secure: str

    @property
    def minor(self) -> Version:
        """Its number: (3, 13)."""
        return numbers(self.name)


@cache
def table() -> Mapping[str, Any]:
    """The whole file, as it stands."""
    text = files("pyguard_kernel.project").joinpath("dated.toml").read_text("utf-8")
    return tomllib.loads(text)


def checked() -> date:
    """The day on which all of it was checked."""
    day: date = table()["checked"]
    return day


def stale(today: date) -> str | None:
    """What to tell people who use this on a day when it may be outdated."""
    day = checked()
    if today - day <= FRESH:
        return None
    return (
        "what PyGuard knows of Python's releases, images and hooks was checked on"
        f" {day}, {(today - day).days} days ago: update PyGuard"
    )


def warnings(today: date | None = None) -> tuple[str, ...]:
    """What a run should tell: nothing where the table wasn't asked, or is fresh."""
    if not table.cache_info().currsize:
        return ()
    said = stale(today or date.today())
    return (said,) if said else ()


def numbers(version: str) -> Version:
    """A version's numbers: "3.13.2" is (3, 13, 2)."""
    return tuple(int(part) for part in version.split("."))


@cache
def releases() -> Mapping[Version, Release]:
    """The minor versions of CPython, by their numbers."""
    known = table()["python"]["releases"]
    found = [Release(name, **fields) for name, fields in known.items()]
    return {release.minor: release for release in found}


def release(version: Version) -> Release | None:
    """The release that a version belongs to, if it is in the table."""
    return releases().get(version[:2])


def floor() -> Version:
    """The oldest version that the handbook's source takes for good: (3, 12, 11)."""
    return numbers(table()["python"]["floor"])


def newest(today: date | None = None) -> Release:
    """The newest release but one: what images and tools are surely there for."""
    out = [r for r in releases().values() if r.released <= (today or checked())]
    return sorted(out, key=lambda release: release.minor)[-2]


def oldest() -> Release:
    """The oldest release that is still supported."""
    return min(
        (r for r in releases().values() if r.ends > checked()), key=lambda r: r.minor
    )


def is_unprivileged(image: Image) -> bool:
    """Whether an image is known to run as another user than root by default."""
    return _is_any("unprivileged", image) and not image.name.endswith("-base")


def is_root(image: Image) -> bool:
    """Whether an image is known to run as root by default."""
    return _is_any("root", image) and not is_unprivileged(image)


def has_python(image: Image) -> bool:
    """Whether it is an image of Python: `python`, or uv's with an interpreter."""
    return _is_any("python", image)


def is_slim(image: Image) -> bool:
    """Whether its tag says that it is slim."""
    return _tagged("slim", image)


def is_alpine(image: Image) -> bool:
    """Whether it stands on Alpine."""
    return image.last == "alpine" or _tagged("alpine", image)


def is_windows(image: Image) -> bool:
    """Whether it isn't Linux."""
    return "windows" in image.name or _tagged("other", image)


def _is_any(kind: str, image: Image) -> bool:
    return any(
        fnmatchcase(image.name, known["name"])
        and fnmatchcase(image.tag, known.get("tag", "*"))
        for known in table()["images"][kind]
    )


def _tagged(kind: str, image: Image) -> bool:
    return any(word in image.tag for word in table()["images"][kind])


def hooks() -> Mapping[str, str]:
    """Repositories of pre-commit hooks, and the revision to ask for."""
    found: Mapping[str, str] = table()["hooks"]
    return found


def starter_versions() -> dict[str, str]:
    """The versions that a new project begins with, by their names in its files."""
    return {
        "python": newest().name,
        "python_image": newest().name,
        "ruff_hooks": hooks()["https://github.com/astral-sh/ruff-pre-commit"],
        "mypy_hooks": hooks()["https://github.com/pre-commit/mirrors-mypy"],
        **{name: str(version) for name, version in table()["tools"].items()},
    }


def action(name: str) -> str:
    """How an action is called, pinned: `actions/checkout@<commit> # v7.0.1`."""
    known = table()["actions"][name]
    return f"{name}@{known['commit']} # {known['version']}"
