"""Results of earlier runs, by content: a private file of plain data.

The file is a line that names the format and the checksum of the rest, a line of JSON
(the index), and the records, each JSON of its own and decoded when it is asked for.
"""

# Paths are strings: a Path for each of thousands of files costs more than the rest.
# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH109, PTH116, PTH117, PTH118, PTH120
# ruff: noqa: PTH123

from __future__ import annotations

import contextlib
import json
import os
import time
from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

_FORMAT = b"pyguard-cache-2"
_NAME = "results"
_BESIDE = {
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# This folder was made by pyguard; it may be deleted at any time.\n",
    ".gitignore": b"*\n",
}

# A file changed this shortly before the run (ns) may change again without a trace in
# its modification time: its content decides. Twice the coarsest clock of a file system.
RACY = 4_000_000_000
_STALE = 3_600_000_000_000  # a part-written file this old (ns) is nobody's

# One file: (mtime in ns, or -1 for not to be relied on; size; inode; digest; what it
# tells other files, hashed; record).
type _Row = tuple[int, int, int, str, str, str]


class Entry:
    """What is known of one file: its content's hash, and the record kept with it.

    `told` names what the file tells other files.
    """

    __slots__ = ("_blob", "digest", "told")

    def __init__(self, digest: str, told: str, blob: str) -> None:
        self.digest = digest
        self.told = told
        self._blob = blob

    @property
    def record(self) -> dict[str, Any]:
        """The record, decoded anew each time; empty where it isn't one."""
        value = _decoded(self._blob)
        return value if isinstance(value, dict) else {}


class Cache:
    """Results of earlier runs under one key, which names all that they depend on.

    Nothing here fails: what can't be read or doesn't hold is not known, and what can't
    be written is said in `warning`. Paths are relative to the working directory; the
    file keeps them relative to the cache's parent, so the project may move.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self.warning = ""
        self._folder = os.path.abspath(folder)
        self._file = os.path.join(self._folder, _NAME)
        self._root = os.path.dirname(self._folder)
        self._here = _way(self._root, os.getcwd())
        self._key = key
        self._fresh = time.time_ns() - RACY
        self._changed = False
        self._seen: set[str] = set()
        self._rows: dict[str, _Row] = {}
        self._joined: tuple[str, str] = ("", "")
        with contextlib.suppress(OSError):
            self._load()

    def lookup(self, path: str, by_hash: bool = False) -> Entry | None:
        """What is known of a file as it is now; None where it is new or changed.

        Its modification time, size and inode decide, or its content where those
        differ, can't be relied on, or `by_hash` asks for it.
        """
        name = self._name(path)
        row = self._rows.get(name)
        if row is None:
            return None
        _, size, _, digest, told, blob = row
        self._seen.add(name)
        try:
            stat = os.stat(path)
            if by_hash or _stamp(stat) != row[:3]:
                if stat.st_size != size:
                    return None
                with open(path, "rb") as file:
                    if digest_of(file.read()) != digest:
                        return None
                self._keep(name, _stamp(stat), digest, told, blob)
        except OSError:
            del self._rows[name]
            self._changed = True
            return None
        return Entry(digest, told, blob)

    def before(self, path: str) -> dict[str, Any]:
        """The record of a file as it was, whatever it is now; empty where it is new."""
        row = self._rows.get(self._name(path))
        return Entry(*row[3:]).record if row else {}

    def store(
        self,
        path: str,
        digest: str,
        stamp: tuple[int, int, int],
        record: dict[str, Any],
        told: str = "",
    ) -> None:
        """Keep the record of a file whose content had this digest.

        `stamp` is its (modification time in ns, size, inode) from before it was read.
        """
        name = self._name(path)
        self._seen.add(name)
        self._keep(name, stamp, digest, told, _encoded(record))

    def joined(self, key: str) -> Any | None:
        """The result of the cross-file step, if it was stored under this key."""
        known, blob = self._joined
        return _decoded(blob) if blob and known == key else None

    def store_joined(self, key: str, value: Any) -> None:
        """Keep the result of the cross-file step, in place of an earlier one."""
        self._joined = (key, _encoded(value))
        self._changed = True

    def save(self) -> None:
        """Write what changed, at one stroke; files that vanished are forgotten."""
        if not self._changed:
            return
        for name in self._rows.keys() - self._seen:
            if not os.path.lexists(os.path.join(self._root, name)):
                del self._rows[name]
        try:
            self._clean_folder()
            replace_file(self._file, self._whole())
        except OSError as error:
            self.warning = (
                f"results can't be kept in {self._folder}"
                f" ({error.strerror or error}): the next run will take as long"
            )
        else:
            self._changed = False

    def _name(self, path: str) -> str:
        if self._here == "." or os.path.isabs(path):
            return path
        return os.path.normpath(os.path.join(self._here, path))

    def _keep(
        self, name: str, stamp: tuple[int, int, int], digest: str, told: str, blob: str
    ) -> None:
        mtime, size, inode = stamp
        known = mtime if mtime < self._fresh else -1
        row = (known, size, inode, digest, told, blob)
        if self._rows.get(name) != row:
            self._rows[name] = row
            self._changed = True

    def _load(self) -> None:
        with open(self._file, "rb") as file:
            content = file.read()
        head, _, body = content.partition(b"\n")
        if head != _head(body):
            return
        try:
            line, _, blobs = body.decode("ascii").partition("\n")
            index = _decoded(line)
            if index["key"] != self._key:
                return
            records = [blobs[start:end] for start, end in index["records"]]
            key, number = index["joined"]
            joined = (str(key), records[number])
            self._rows = {
                name: (*map(int, stat), str(digest), str(told), records[number])
                for name, *stat, digest, told, number in index["files"]
            }
            self._joined = joined
        except (TypeError, ValueError, KeyError, IndexError):
            return  # another program's, or forged: as good as none

    def _whole(self) -> bytes:
        numbers: dict[str, int] = {}
        joined_key, joined = self._joined
        index: dict[str, Any] = {
            "key": self._key,
            "joined": [joined_key, numbers.setdefault(joined, 0)],
            "files": [
                [name, *known, numbers.setdefault(blob, len(numbers))]
                for name, (*known, blob) in self._rows.items()
            ],
        }
        index["records"] = list(_ranges(numbers))
        body = "\n".join([_encoded(index), "".join(numbers)]).encode("ascii")
        return _head(body) + b"\n" + body

    def _clean_folder(self) -> None:
        private_folder(self._folder)
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(".part"):
                    age = time.time_ns() - entry.stat(follow_symlinks=False).st_mtime_ns
                    if age > _STALE:
                        os.unlink(entry.path)


def private_folder(folder: str) -> None:
    """Make a cache's folder, which git and backups leave alone.

    Raises:
        OSError: it can't be made.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for name, content in _BESIDE.items():
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            replace_file(path, content)


def _stamp(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _way(start: str, end: str) -> str:
    try:
        return os.path.relpath(end, start)
    except ValueError:  # on another drive
        return end


def _ranges(blobs: dict[str, int]) -> Iterator[tuple[int, int]]:
    start = 0
    for blob in blobs:
        yield start, start + len(blob)
        start += len(blob)


def replace_file(path: str, content: bytes) -> None:
    """Write a private file so that no one ever sees a part of it.

    Raises:
        OSError: it can't be written.
    """
    part = f"{path}.{os.getpid()}.{time.monotonic_ns()}.part"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _head(body: bytes) -> bytes:
    return _FORMAT + b" " + digest_of(body).encode()


def digest_of(content: bytes | str) -> str:
    """A hash that names a content."""
    data = (
        content.encode("utf-8", "surrogatepass")
        if isinstance(content, str)
        else content
    )
    return blake2b(data, digest_size=16).hexdigest()


# Names that aren't UTF-8 hold lone surrogates: ASCII escapes carry them.
_encoded = json.JSONEncoder(separators=(",", ":")).encode
_raw = json.JSONDecoder().raw_decode


def _decoded(blob: str) -> Any:
    try:
        return _raw(blob)[0]
    except (ValueError, RecursionError):
        return None
