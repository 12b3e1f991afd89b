"""Members written down as plain files below one folder, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.archives.limits import ArchiveError, Limits, quoted
from pyguard_kernel.archives.members import Kind, Member
from pyguard_kernel.archives.names import folded, leads_out, parts_of
from pyguard_kernel.archives.sniff import HEAD, is_archive
from pyguard_kernel.archives.streams import too_much

if TYPE_CHECKING:
    from collections.abc import Iterator


# macOS puts `._a.py` beside `a.py`, with icons and the like, into zips and tars.
_APPLE_DOUBLE = b"\0\x05\x16\x07"


class LeftOut(NamedTuple):
    """A member that isn't among the files, and why."""

    member: str
    reason: str


class Landing:
    """Takes members one by one, and keeps no more of them than their names.

    Links are never made, so no member can be written through one.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._kinds: dict[str, Kind] = {}  # path -> what lies there
        self._spelled: dict[str, str] = {}  # folded path -> the path
        self._entries = 0
        self._bytes = 0
        self.left_out: list[LeftOut] = []
        self.unopened: list[str] = []
        self.tops: set[str] = set()  # "" for a file that lies in no folder

    @property
    def members(self) -> int:
        """How many members there were, folders that names imply included."""
        return self._entries

    def take(self, member: Member) -> None:
        """Write one member down.

        Raises:
            ArchiveError: it is refused.
            OSError: it can't be written.
        """
        self._count(member)
        if member.kind is Kind.SPECIAL:
            raise ArchiveError(f"is {member.kind.value}", member=member.name)
        parts = parts_of(member.name, self._limits)
        if not parts:
            if member.kind is not Kind.FOLDER:
                raise ArchiveError("has no name", member=member.name)
            return
        self._make_folders(parts[:-1], member)
        if member.kind is Kind.FOLDER:
            self._make_folder("/".join(parts), member, counted=True)
            return
        path = "/".join(parts)
        self._check_size(member, member.size)
        if member.kind is not Kind.FILE:
            self._claim(path, member)
            self._leave_out(parts[:-1], member)
        elif self._kinds.get(path) is Kind.FILE:
            self._compare(path, member)
        else:
            self._claim(path, member)
            self._write(path, member)

    def _count(self, member: Member) -> None:
        self._entries += 1
        if self._entries > self._limits.members:
            raise ArchiveError(
                f"is one more than {self._limits.members:,} members",
                member=member.name,
                limit="members",
            )

    def _make_folders(self, parts: tuple[str, ...], member: Member) -> None:
        """The folders that a name implies, the outermost first."""
        if self._kinds.get("/".join(parts)) is Kind.FOLDER:
            return
        for length in range(1, len(parts) + 1):
            self._make_folder("/".join(parts[:length]), member)

    def _make_folder(self, path: str, member: Member, counted: bool = False) -> None:
        if self._kinds.get(path) is Kind.FOLDER:  # tars may name it many times
            return
        if not counted:
            self._count(member)
        self._claim(path, member._replace(kind=Kind.FOLDER))
        (self._folder / path).mkdir()

    def _claim(self, path: str, member: Member) -> None:
        """Note that a path is taken.

        Raises:
            ArchiveError: it is taken already, or one that may pass for it is.
        """
        known = self._spelled.setdefault(folded(path), path)
        if known in self._kinds:
            kind = self._kinds[known]
            if known != path:
                reason = f"is on some systems the same as {quoted(known)}, another one"
            elif kind is member.kind:
                reason = "is there twice"
            else:
                reason = (
                    f"needs {quoted(path)} as {member.kind.value},"
                    f" and it is {kind.value}"
                )
            raise ArchiveError(reason, member=member.name)
        self._kinds[path] = member.kind

    def _write(self, path: str, member: Member) -> None:
        chunks = self._counted(member)
        first = next(chunks, b"")
        if path.rpartition("/")[2].startswith("._") and first.startswith(_APPLE_DOUBLE):
            for _ in chunks:  # counted all the same
                pass
            self.left_out.append(LeftOut(member.name, "macOS's notes on another file"))
            return
        # x: never over what is there, and never through a link.
        with open(f"{self._folder}/{path}", "xb") as file:  # noqa: PTH123 -- thousands
            file.write(first)
            for chunk in chunks:
                file.write(chunk)
        top, slash, _ = path.partition("/")
        self.tops.add(top if slash else "")
        if is_archive(first[:HEAD]):
            self.unopened.append(path)

    def _counted(self, member: Member) -> Iterator[bytes]:
        """A file's chunks, as far as the limits let them."""
        size = 0
        for chunk in member.chunks:
            size += len(chunk)
            self._bytes += len(chunk)
            self._check_size(member, size)
            if self._bytes > self._limits.total_bytes:
                raise too_much(self._limits, member.name)
            yield chunk

    def _check_size(self, member: Member, size: int) -> None:
        most = self._limits.member_bytes
        if size > most:
            raise ArchiveError(
                f"has {size:,} bytes or more, over the limit of {most:,} for one",
                member=member.name,
                limit="member_bytes",
            )

    def _compare(self, path: str, member: Member) -> None:
        """A file that is there twice, as some builders write it: refused if changed."""
        with (self._folder / path).open("rb") as file:
            same = all(file.read(len(c)) == c for c in self._counted(member))
            if not same or file.read(1):
                raise ArchiveError(
                    "is there twice, with different contents", member=member.name
                )

    def _leave_out(self, folder: tuple[str, ...], member: Member) -> None:
        """A link: it may not lead out, and if it doesn't, it isn't made either."""
        beginning = folder if member.kind is Kind.LINK else ()
        if leads_out(beginning, member.target):
            raise ArchiveError(
                f"is {member.kind.value} out of the archive, to"
                f" {quoted(member.target)}",
                member=member.name,
            )
        self.left_out.append(
            LeftOut(member.name, f"{member.kind.value} to {quoted(member.target)}")
        )
