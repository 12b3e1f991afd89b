"""How much an archive may be, and the error that refuses one."""

from __future__ import annotations

from dataclasses import dataclass

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# Less than this is harmless, however far it was pressed.
RATIO_FROM = 16 * MIB

CHUNK = 64 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may come to; each limit is held while it is read.

    `members` counts files, folders and links, and the folders that names imply.
    `total_bytes` is what all may be unpacked (of a tar, its headers too),
    `member_bytes` one file. `ratio` is how many times larger the unpacked may be than
    the packed: of the whole, and of each file of a zip, from 16 MiB on. `depth` is
    how many folders deep a file may lie, `name_length` how many bytes of UTF-8 a
    member's whole name may have.

    Raises:
        ValueError: a limit isn't a whole number above 0.
    """

    members: int = 100_000
    total_bytes: int = 1 * GIB
    member_bytes: int = 256 * MIB
    ratio: int = 100
    depth: int = 32
    name_length: int = 512

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise ValueError(
                    f"{name}: must be a whole number above 0, not {value!r}"
                )


class ArchiveError(Exception):
    """An archive is refused; nothing of it is kept.

    `archive` is its name, `member` the member's at fault (None: the archive itself),
    `limit` the field of Limits that it goes beyond (None: no limit would let it in).
    """

    def __init__(
        self, reason: str, *, member: str | None = None, limit: str | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.member = member
        self.limit = limit
        self.archive = "archive"

    def __str__(self) -> str:
        """All of it on one line, with what can be done."""
        where = "" if self.member is None else f"member {quoted(self.member)} "
        key = (self.limit or "").replace("_", "-")
        remedy = (
            f"; if you trust it, raise {key} in [tool.pyguard.archive]" if key else ""
        )
        name = self.archive if self.archive.isprintable() else quoted(self.archive)
        return f"{name}: {where}{self.reason}{remedy}"


def quoted(name: str, most: int = 120) -> str:
    """A name from an archive, fit to be shown: one line, plain letters, not endless."""
    return ascii(name) if len(name) <= most else f"{name[:most]!a}..."
