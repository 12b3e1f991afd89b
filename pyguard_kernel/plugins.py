"""Plug-ins: packages of rules that installed distributions offer by an entry point.

Their entry_points.txt are read here, since `importlib.metadata` takes longer to load
than all our rules.
"""

# Strings and os.path: each run asks this of hundreds of folders.
# ruff: noqa: PTH118, PTH123, PTH208

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRY_POINT = "pyguard.rules"


def offered() -> list[tuple[str, str]]:
    """(name, package) of every plug-in on Python's path, in the order of names."""
    return sorted(entry for file in _files() for entry in _entries(file))


def _files() -> Iterator[str]:
    """The entry_points.txt of every distribution; of two versions, the first found."""
    seen: set[str] = set()
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                distribution = name.partition("-")[0].lower().replace(".", "_")
                if distribution not in seen:
                    seen.add(distribution)
                    yield os.path.join(folder, name, "entry_points.txt")


def _entries(path: str) -> Iterator[tuple[str, str]]:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return
    if ENTRY_POINT.encode() not in data:
        return
    group = ""
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.strip()
        if words.startswith("["):
            group = words[1:].partition("]")[0].strip()
        elif group == ENTRY_POINT and "=" in words and words[0] not in "#;":
            name, _, package = words.partition("=")
            yield name.strip(), package.strip()
