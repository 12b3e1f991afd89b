"""A tar's members, read in one go, block by block.

The standard library's tarfile isn't used: it takes an extended header into memory
whole, of whatever size that says to be, keeps every member that it has seen, and reads
on where a tar contradicts itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.archives.headers import BLOCK, Header, parse
from pyguard_kernel.archives.limits import CHUNK, MIB, ArchiveError, quoted
from pyguard_kernel.archives.members import Kind, Member
from pyguard_kernel.archives.streams import cut_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.archives.streams import Stream

# Far more than any name takes, or what else is noted of one file.
_LONGEST_NOTE = 1 * MIB

_FILE = (b"0", b"\0", b"7")
_KINDS = {
    **dict.fromkeys(_FILE, Kind.FILE),
    b"1": Kind.HARD_LINK,
    b"2": Kind.LINK,
    b"3": Kind.SPECIAL,
    b"4": Kind.SPECIAL,
    b"5": Kind.FOLDER,
    b"6": Kind.SPECIAL,
}
_PAX, _PAX_FOR_ALL, _LONG_NAME, _LONG_TARGET = b"x", b"g", b"L", b"K"
_VOLUME_LABEL = b"V"
_REFUSED = {
    b"S": "is a sparse file, whose holes could be of any size",
    b"M": "goes on from another volume of the tar",
}

# Keywords that say of the next member what its header has no room for.
_NAME, _TARGET, _SIZE = b"path", b"linkpath", b"size"


def members(stream: Stream) -> Iterator[Member]:
    """Each member, as the tar says it is.

    Raises:
        ArchiveError: the tar is damaged, cut off, or ambiguous.
    """
    notes: dict[bytes, bytes] = {}
    while (header := _header(stream)) is not None:
        if header.type in {_PAX, _PAX_FOR_ALL, _LONG_NAME, _LONG_TARGET}:
            _take_notes(stream, header, notes)
        elif header.type != _VOLUME_LABEL:
            yield from _member(stream, header, notes)
            notes.clear()
    if notes:
        raise ArchiveError("is damaged: its last header speaks of no member")
    while rest := stream.read(CHUNK):
        if any(rest):
            raise ArchiveError("has other data after its end")


def _header(stream: Stream) -> Header | None:
    """The next header; None at the mark of the end."""
    block = stream.read(BLOCK)
    if len(block) < BLOCK:
        raise ArchiveError("is no tar, or was cut off: a tar's last mark is missing")
    return parse(block) if any(block) else None


def _member(
    stream: Stream, header: Header, notes: dict[bytes, bytes]
) -> Iterator[Member]:
    name = decoded(notes.get(_NAME, header.name))
    stream.member = name
    if header.type in _REFUSED or any(key.startswith(b"GNU.sparse") for key in notes):
        raise ArchiveError(_REFUSED.get(header.type, _REFUSED[b"S"]), member=name)
    kind = _KINDS.get(header.type)
    if kind is None:
        told = quoted(decoded(header.type))
        raise ArchiveError(f"is of a type, {told}, that no standard knows", member=name)
    if kind is Kind.FILE and name.endswith("/"):  # as the oldest tars wrote folders
        kind = Kind.FOLDER
    size = _size(header, notes, name)
    if kind is not Kind.FILE:
        if size:
            raise ArchiveError(f"is {kind.value} with a content", member=name)
        yield Member(name, kind, target=decoded(notes.get(_TARGET, header.target)))
        return
    chunks = _content(stream, size)
    yield Member(name, kind, size, chunks)
    for _ in chunks:  # what nobody wanted to read
        pass
    stream.member = None


def _size(header: Header, notes: dict[bytes, bytes], name: str) -> int:
    said = notes.get(_SIZE)
    if said is None:
        return header.size
    if not said.isdigit() or len(said) > 20:
        raise ArchiveError("has a size that is no number", member=name)
    return int(said)


def _content(stream: Stream, size: int) -> Iterator[bytes]:
    """The bytes of one member, and past what fills its last block."""
    left = size
    while left:
        chunk = stream.read(min(left, CHUNK))
        if not chunk:
            raise cut_off(stream.member)
        left -= len(chunk)
        yield chunk
    padding = -size % BLOCK
    if len(stream.read(padding)) < padding:
        raise cut_off(stream.member)


def _take_notes(stream: Stream, header: Header, notes: dict[bytes, bytes]) -> None:
    """Read an extended header, and keep what it says of the next member."""
    if header.size > _LONGEST_NOTE:
        raise ArchiveError(
            f"has an extended header of {header.size:,} bytes, more than"
            f" {_LONGEST_NOTE:,}"
        )
    text = b"".join(_content(stream, header.size))
    if header.type == _LONG_NAME:
        notes[_NAME] = text.rstrip(b"\0")
    elif header.type == _LONG_TARGET:
        notes[_TARGET] = text.rstrip(b"\0")
    else:
        found = dict(_records(text))
        if header.type == _PAX:
            notes |= found
        elif found.keys() & {_NAME, _TARGET, _SIZE}:
            raise ArchiveError("gives all of its members one name, target or size")


def _records(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The records of a pax header: a line `LENGTH KEY=VALUE`, the length of it all."""
    at = 0
    while at < len(text):
        digits, _, _ = text[at : at + 9].partition(b" ")
        end = at + (int(digits) if digits.isdigit() else 0)
        key, equals, value = text[at + len(digits) + 1 : end].partition(b"=")
        if not (equals and value.endswith(b"\n") and end <= len(text)):
            raise ArchiveError("is damaged: an extended header has no such records")
        yield key, value[:-1]
        at = end


def decoded(name: bytes) -> str:
    """A name as text: UTF-8, as all write it today, or else Latin-1."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")
