"""The fact `git`: which files the repository tracks, read without the git program.

The index's own format is read (versions 2 to 4, SHA-1 and SHA-256), in plain
repositories, worktrees and submodules. Folders that a sparse index keeps whole aren't
listed.
"""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyguard_kernel.gitignore import Rules
from pyguard_kernel.project._node import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._tree import Tree

INDEX = ".git/index"
_SHA256 = re.compile(r"^\s*objectformat\s*=\s*sha256\s*$", re.MULTILINE | re.IGNORECASE)
_WORKTREE = re.compile(r"^\s*worktree\s*=\s*\"?([^\"\n]+)", re.MULTILINE)
_HEADER = struct.Struct(">4sLL")
_BEFORE_MODE, _MODE, _BEFORE_HASH = 24, struct.Struct(">L"), 40
_FLAGS = struct.Struct(">H")
_EXTENDED = 0x4000
# A submodule's commit, or a folder that a sparse index keeps whole.
_NO_FILES = {0o160000, 0o040000}
_MOST_BYTES = 300_000_000


@dataclass(frozen=True)
class Git:
    """What git knows of a project.

    `tracked` are the paths in the index, from the project's root, sorted. `below` is
    the way from the repository's root to the project's: empty, or ending in a slash.
    `exclude` is the text of the repository's info/exclude, which ignores as .gitignore
    does, on this machine alone.
    """

    tracked: tuple[str, ...]
    below: str = ""
    exclude: str = ""

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset(self.tracked)

    def tracks(self, path: str) -> bool:
        """Whether a file is in the index."""
        return path in self._set

    def excludes(self, path: str, *, folder: bool = False) -> bool:
        """Whether info/exclude ignores a path or a folder that it lies in."""
        rules = Rules(()).with_file(self.exclude)
        parts = (self.below + path).split("/")
        for count in range(1, len(parts) + 1):
            way = "/".join(parts[:count])
            if rules.ignore(way, folder or count < len(parts)):
                return True
        return False


def fact(tree: Tree) -> Git | None:
    """What git tracks; None where the project isn't in a repository on the disk.

    Raises:
        Broken: the index can't be read.
    """
    if tree.folder is None:
        return None
    # Not Path.resolve: a link is meant where it stands, not where it leads.
    root = Path(os.path.abspath(tree.folder))  # noqa: PTH100
    for folder in (root, *root.parents):
        home = _home(folder / ".git")
        if home is not None:
            below = root.relative_to(folder).as_posix()
            return _read(home, "" if below == "." else f"{below}/")
    return None


def _home(dot_git: Path) -> Path | None:
    """The folder that holds the index: a worktree's `.git` is a file that names it."""
    if dot_git.is_dir():
        return dot_git if (dot_git / "HEAD").exists() else None
    text = _text(dot_git)
    if not text.startswith("gitdir:"):
        return None
    home = dot_git.parent / text.removeprefix("gitdir:").strip()
    # Only where that folder says the same: else any file that calls itself `.git`, in
    # an archive say, would have us read another repository.
    back = home / _text(home / "gitdir").strip()
    work = _WORKTREE.search(_text(home / "config"))
    inside = home / work[1].strip() if work else home
    known = (back, dot_git), (inside, dot_git.parent)
    return home if any(_same(one, other) for one, other in known) else None


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _read(home: Path, below: str) -> Git:
    # Worktrees share the folder of the repository that they were made from.
    common = home / _text(home / "commondir").strip() if home.name != ".git" else home
    hash_size = 32 if _SHA256.search(_text(common / "config")) else 20
    names = names_in(_index(home), hash_size)
    tracked = sorted({n.removeprefix(below) for n in names if n.startswith(below)})
    return Git(tuple(tracked), below, _text(common / "info/exclude"))


def _index(home: Path) -> bytes:
    path = home / "index"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Broken(INDEX, "is too large for git's index")
        return path.read_bytes()
    except FileNotFoundError:
        return b""  # nothing was ever added
    except OSError as error:
        raise Broken(INDEX, f"can't be read: {error.strerror or error}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def names_in(index: bytes, hash_size: int) -> Iterator[str]:
    """The paths of the files in an index, from the repository's root.

    Raises:
        Broken: it is damaged, split, or of a version that isn't known.
    """
    if not index:
        return
    try:
        yield from _entries(index, hash_size)
    except (struct.error, ValueError):
        raise Broken(
            INDEX, "is damaged: take it away, and `git reset` writes it anew"
        ) from None


def _entries(index: bytes, hash_size: int) -> Iterator[str]:
    magic, version, count = _HEADER.unpack_from(index)
    if magic != b"DIRC":
        raise ValueError
    if version not in (2, 3, 4):
        raise Broken(INDEX, f"has version {version}, and only 2 to 4 are known")
    at, name, held = _HEADER.size, b"", 0
    for _ in range(count):
        (mode,) = _MODE.unpack_from(index, at + _BEFORE_MODE)
        (flags,) = _FLAGS.unpack_from(index, at + _BEFORE_HASH + hash_size)
        start = at + _BEFORE_HASH + hash_size + _FLAGS.size
        start += 2 if flags & _EXTENDED else 0
        if version == 4:
            # What it shares with the name before is left out, and counted from the end.
            drop, start = _number(index, start)
            end = index.index(b"\0", start)
            name = name[: len(name) - drop] + index[start:end]
            at = end + 1
        else:
            end = index.index(b"\0", start)
            name = index[start:end]
            at += (end - at) // 8 * 8 + 8
        held += len(name)
        if held > _MOST_BYTES:  # names may share what they begin with, without end
            raise Broken(INDEX, "holds more names than there is room for")
        if mode not in _NO_FILES:
            yield name.decode("utf-8", "surrogateescape")
    for sign in _extensions(index[at : len(index) - hash_size]):
        if sign == b"link":
            raise Broken(
                INDEX,
                "is a split index, which only git reads:"
                " `git update-index --no-split-index` makes it whole",
            )


def _number(index: bytes, at: int) -> tuple[int, int]:
    """A number of git's variable width, and where it ends."""
    byte = _byte(index, at)
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = _byte(index, at)
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, at + 1


def _byte(index: bytes, at: int) -> int:
    if at >= len(index):
        raise ValueError
    return index[at]


def _extensions(rest: bytes) -> Iterator[bytes]:
    at = 0
    while at + 8 <= len(rest):
        yield rest[at : at + 4]
        at += 8 + int.from_bytes(rest[at + 4 : at + 8])
