"""Archives taken in safely: zips (wheels, eggs) and tars, plain or compressed.

    with unpacked(Path("repo.zip")) as contents:
        read(contents.root)

What may go wrong does so as an `ArchiveError` that names the member and the limit, and
then nothing stays on the disk. An archive in an archive stays the plain file that it
is. Memory is bounded by a chunk (64 KiB), the names of the members (`Limits.members`
of them), and what the format's window asks for (xz and zstd: at most 128 MiB); the disk
by `Limits.total_bytes`.
"""

from __future__ import annotations

import errno
import io
import tempfile
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pyguard_kernel.archives import sniff, tars, zips
from pyguard_kernel.archives.landing import Landing, LeftOut
from pyguard_kernel.archives.limits import ArchiveError, Limits
from pyguard_kernel.archives.streams import Stream
from pyguard_kernel.archives.zip_end import LONGEST_TAIL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from pyguard_kernel.archives.members import Member

__all__ = [
    "ArchiveError",
    "Contents",
    "LeftOut",
    "Limits",
    "Source",
    "is_archive",
    "unpacked",
]

type Source = str | Path | bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Contents:
    """What was in an archive.

    `folder` holds its files; `root` is the one folder in there that holds them all,
    where there is one (as in an sdist), else `folder`. `members` counts them, folders
    and links included. `left_out` are links, which are never made, and macOS's notes on
    files; `unopened` are the files that are archives themselves.
    """

    folder: Path
    root: Path
    members: int
    left_out: tuple[LeftOut, ...]
    unopened: tuple[str, ...]


@contextmanager
def unpacked(
    source: Source, limits: Limits | None = None, name: str = ""
) -> Iterator[Contents]:
    """The files of an archive in a private folder, which goes at the end of `with`.

    `source` is a path, the archive's bytes, or a binary file, which is read from its
    start and must be able to seek. `name` is what errors call the archive (by default
    its path). What it is, its content alone decides: a tar named `x.zip` is a tar.

    Raises:
        ArchiveError: the archive is refused, can't be read, or finds no room.
    """
    is_path = isinstance(source, str | Path)
    with ExitStack() as stack:
        try:
            private = stack.enter_context(_private_folder())
            with _opened(source) as file:
                contents = _taken_in(file, Path(private), limits or Limits())
        except ArchiveError as error:
            error.archive = name or (str(source) if is_path else "archive")
            raise
        yield contents


def is_archive(path: str) -> bool:
    """Whether a file begins as an archive that `unpacked` may take.

    Raises:
        OSError: it can't be read.
    """
    with Path(path).open("rb") as file:
        return sniff.kind(file.read(sniff.HEAD)) is not None


def _private_folder() -> AbstractContextManager[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="pyguard-")
    except OSError as error:
        raise ArchiveError(
            f"can't be unpacked: no folder can be made for temporary files:"
            f" {error.strerror or error}; set TMPDIR to one that can be written to"
        ) from error


def _opened(source: Source) -> AbstractContextManager[BinaryIO]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        if isinstance(source, str | Path):
            return Path(source).open("rb")
        source.seek(0)
    except OSError as error:
        raise ArchiveError(f"can't be read: {error.strerror or error}") from error
    if not isinstance(source.read(0), bytes):
        raise TypeError("an archive is read as bytes: open it in binary mode")
    return nullcontext(source)


def _taken_in(file: BinaryIO, private: Path, limits: Limits) -> Contents:
    folder = private / "tree"
    landing = Landing(folder, limits)
    member = None
    try:
        folder.mkdir()
        for member in _members(file, limits):
            landing.take(member)
    except (OSError, UnicodeEncodeError) as error:
        raise ArchiveError(
            _no_room(error), member=member.name if member else None
        ) from error
    top = landing.tops.pop() if len(landing.tops) == 1 else ""
    told = (tuple(landing.left_out), tuple(landing.unopened))
    return Contents(folder, folder / top, landing.members, *told)


def _no_room(error: OSError | UnicodeEncodeError) -> str:
    if isinstance(error, UnicodeEncodeError):
        return f"has a name that this machine's files can't have: {error.reason}"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"finds no room: the disk of {tempfile.gettempdir()} is full; free some,"
            " or set TMPDIR to a folder with more"
        )
    return f"can't be unpacked: {error.strerror or error}"


def _members(file: BinaryIO, limits: Limits) -> Iterator[Member]:
    head = file.read(sniff.HEAD)
    kind = sniff.kind(head)
    if kind is None:
        raise ArchiveError(sniff.reason(head, _tail(file)))
    if kind == sniff.ZIP:
        return zips.members(file, limits)
    file.seek(0)
    return tars.members(Stream(file.read, kind, limits))


def _tail(file: BinaryIO) -> bytes:
    length = file.seek(0, io.SEEK_END)
    file.seek(max(0, length - LONGEST_TAIL))
    return file.read(LONGEST_TAIL)
