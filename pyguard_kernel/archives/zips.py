"""A zip's members, by its directory, each held against its own header.

The standard library's zipfile isn't used: it makes an object of every member that the
directory names before the first is read, however many there are, and goes on where
directory and members contradict each other, of which bombs and disguises are made.
"""

from __future__ import annotations

import stat
import struct
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from pyguard_kernel.archives.limits import CHUNK, ArchiveError, Limits
from pyguard_kernel.archives.members import Kind, Member
from pyguard_kernel.archives.streams import (
    Decompressor,
    Stored,
    Zlib,
    check_ratio,
    unpack,
)
from pyguard_kernel.archives.zip_end import FULL, Directory, find

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY = struct.Struct("<4s6H3L5H2L")  # a member, in the directory
_HEADER = struct.Struct("<4s5H3L2H")  # the same member, before its data
_ZIP64 = 1  # the extra field that holds sizes beyond 4 GiB

_ENCRYPTED = 0x1 | 0x40 | 0x2000
_SIZES_LATER = 0x8
_UTF8 = 0x800
_TELLING = _ENCRYPTED | _UTF8

_STORED, _DEFLATED = 0, 8
_LONGEST_TARGET = 4096  # of a link


class _Entry(NamedTuple):
    """One member, as the directory describes it; sizes and places in bytes."""

    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    place: int
    mode: int

    @property
    def name(self) -> str:
        """The name as text; without a mark it is UTF-8 (macOS) or the format's own."""
        try:
            return self.raw.decode()
        except UnicodeDecodeError:
            if self.flags & _UTF8:
                raise self.error("has a name that isn't the UTF-8 it says") from None
            return self.raw.decode("cp437")

    def error(self, reason: str) -> ArchiveError:
        """A refusal of this member."""
        return ArchiveError(reason, member=self.raw.decode("utf-8", "backslashreplace"))


def members(file: BinaryIO, limits: Limits) -> Iterator[Member]:
    """Each member, in the order of their data.

    Raises:
        ArchiveError: the zip is damaged, cut off, encrypted, or contradicts itself.
    """
    directory = find(file)
    if directory.members > limits.members:
        raise ArchiveError(f"has {directory.members:,} members, over the limit of"
                           f" {limits.members:,}", limit="members")  # fmt: skip
    end = 0
    for entry in sorted(_entries(file, directory, limits), key=_place):
        if entry.place < end:
            raise entry.error("shares its data with the member before it, as bombs do")
        start, end = _extent(file, entry)
        if end > directory.place:
            raise entry.error("has its data where the directory is")
        yield _member(file, entry, start, limits)


def _place(entry: _Entry) -> int:
    return entry.place


def _entries(file: BinaryIO, directory: Directory, limits: Limits) -> list[_Entry]:
    """All that the directory names: the one thing that is in memory as a whole."""
    file.seek(directory.place)
    left = directory.size
    found: list[_Entry] = []
    total = 0
    for _ in range(directory.members):
        fields = _ENTRY.unpack(_exactly(file, _ENTRY.size))
        raw = _exactly(file, min(fields[10], limits.name_length + 1))
        if fields[10] > limits.name_length:
            raise ArchiveError(
                f"has a name of more than {limits.name_length} bytes",
                member=raw.decode("utf-8", "replace"), limit="name_length",
            )  # fmt: skip
        extra = _exactly(file, fields[11])
        _exactly(file, fields[12])  # a comment
        left -= _ENTRY.size + sum(fields[10:13])
        if fields[0] != b"PK\x01\x02" or left < 0:
            raise ArchiveError("is damaged: its directory isn't what it says")
        entry = _described(fields, raw, extra)
        total += entry.size
        if total > limits.total_bytes:
            raise ArchiveError(
                f"has members of more than {limits.total_bytes:,} bytes in all",
                limit="total_bytes",
            )
        found.append(entry)
    if left:
        raise ArchiveError("is damaged: its directory has more members than it says")
    # Sizes are what they say, or the member is refused when it is read.
    check_ratio(sum(entry.packed for entry in found), total, limits, None)
    return found


def _described(fields: tuple[Any, ...], raw: bytes, extra: bytes) -> _Entry:
    made_by, flags, method = fields[1], fields[3], fields[4]
    crc, packed, size, place = fields[7], fields[8], fields[9], fields[16]
    mode = fields[15] >> 16 if made_by >> 8 == 3 else 0  # 3: by Unix
    entry = _Entry(raw, flags, method, crc, packed, size, place, mode)
    values = [size, packed, place]
    if FULL in values:
        larger = _larger(extra, values)
        if larger is None:
            raise entry.error("is damaged: a size beyond 4 GiB is missing")
        size, packed, place = larger
    return entry._replace(packed=packed, size=size, place=place)


def _larger(extra: bytes, values: list[int]) -> list[int] | None:
    """The values, those that are full by the extra field; None where it lacks one."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == _ZIP64:
            count = min(length, len(extra) - at - 4) // 8
            numbers = iter(struct.unpack_from(f"<{count}Q", extra, at + 4))
            full = [next(numbers, None) if v == FULL else v for v in values]
            return None if None in full else [v for v in full if v is not None]
        at += 4 + length
    return None


def _extent(file: BinaryIO, entry: _Entry) -> tuple[int, int]:
    """Where a member's data begins and ends, once its header says what it should."""
    if entry.flags & _ENCRYPTED:
        raise entry.error("is encrypted: pack it without a password")
    file.seek(entry.place)
    fields = _HEADER.unpack(_exactly(file, _HEADER.size))
    raw = _exactly(file, fields[9])
    if fields[0] != b"PK\x03\x04":
        raise entry.error("is damaged: there is no such member where it should be")
    told = [raw, fields[2] & _TELLING, fields[3]]
    known = [entry.raw, entry.flags & _TELLING, entry.method]
    if not fields[2] & _SIZES_LATER:
        sizes = [fields[8], fields[7]]
        if FULL in sizes:
            sizes = _larger(_exactly(file, fields[10]), sizes) or sizes
        told += [fields[6], *sizes]
        known += [entry.crc, entry.size, entry.packed]
    if told != known:
        raise entry.error("has another name, size or method than the directory says")
    start = entry.place + _HEADER.size + fields[9] + fields[10]
    return start, start + entry.packed


def _member(file: BinaryIO, entry: _Entry, start: int, limits: Limits) -> Member:
    chunks = _content(file, entry, start, limits)
    kind = _kind(entry)
    if kind is Kind.LINK:
        if entry.size > _LONGEST_TARGET:
            raise entry.error("is a link to something of endless name")
        target = b"".join(chunks).decode("utf-8", "backslashreplace")
        return Member(entry.name, kind, target=target)
    if kind is Kind.FOLDER and entry.size:
        raise entry.error("is a folder with a content")
    return Member(entry.name, kind, entry.size, chunks)


def _kind(entry: _Entry) -> Kind:
    if entry.raw.endswith(b"/"):
        return Kind.FOLDER  # the mode may be anything: some builders add up bits
    kind = stat.S_IFMT(entry.mode)
    if kind == stat.S_IFLNK:
        return Kind.LINK
    if kind == stat.S_IFDIR:
        raise entry.error("is a folder by its mode, and a file by its name")
    return Kind.FILE if kind in {0, stat.S_IFREG} else Kind.SPECIAL


def _content(
    file: BinaryIO, entry: _Entry, start: int, limits: Limits
) -> Iterator[bytes]:
    """A member's plain bytes; those packed are as many as the directory said."""
    decompressor = _decompressor(entry)
    name = entry.name
    file.seek(start)
    left, given, crc = entry.packed, 0, 0
    while not decompressor.eof:
        packed = b""
        if decompressor.needs_input:
            packed = file.read(min(left, CHUNK))
            left -= len(packed)
            if not packed:
                break
        plain = unpack(decompressor, packed, CHUNK, name)
        given += len(plain)
        crc = zlib.crc32(plain, crc)
        check_ratio(entry.packed - left, given, limits, name)
        if given > entry.size:
            raise entry.error(f"unpacks to more than the {entry.size:,} bytes it says")
        yield plain
    whole = isinstance(decompressor, Stored) or decompressor.eof
    if not whole or left or decompressor.unused_data or given != entry.size:
        raise entry.error("is damaged or cut off: its data has another size than said")
    if crc != entry.crc:
        raise entry.error("is damaged: its checksum is another than said")


def _decompressor(entry: _Entry) -> Decompressor:
    if entry.method == _DEFLATED:
        return Zlib(-zlib.MAX_WBITS)
    if entry.method == _STORED:
        return Stored()
    raise entry.error(
        f"is packed by method {entry.method}, and only 0 (stored) and 8 (deflated) are"
        " read: pack it so"
    )


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise ArchiveError("is damaged: it ends where a member should be")
    return data
