"""Which names of images may mean another image tomorrow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyguard_kernel.project._images import Image

_LATEST = re.compile(r"(?:.*[-_.])?latest(?:[-_.].*)?")
_MOVING = frozenset(
    {
        "edge", "nightly", "main", "master", "canary", "rolling", "dev", "devel",
        "develop", "unstable", "head", "next", "snapshot", "testing", "sid",
    }
)  # fmt: skip
# Their tags are names of releases, or of lines of releases.
_BY_NAME = frozenset({"debian", "ubuntu", "buildpack-deps"})


def floats(asked: Image) -> str:
    """Why it may be another image tomorrow; empty where it is pinned or unknown."""
    if asked.digest or "$" in asked.name or "$" in asked.tag or asked.name == "scratch":
        return ""
    if not asked.tag:
        return "names no version"
    if _LATEST.fullmatch(asked.tag) or asked.tag in _MOVING:
        return f"asks for whatever `{asked.tag}` is on that day"
    official = "/" not in asked.name and asked.name not in _BY_NAME
    if official and not re.search(r"\d", asked.tag):
        return f"names a variant (`{asked.tag}`), but no version"
    return ""
