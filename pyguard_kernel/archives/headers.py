"""One block of a tar: 512 bytes that say what follows."""

from __future__ import annotations

from typing import NamedTuple

from pyguard_kernel.archives.limits import ArchiveError

BLOCK = 512
_NUMBERS_FROM = 0x80  # the bit that tells a binary number from an octal one


class Header(NamedTuple):
    """What one header block says: raw names, size in bytes, type."""

    name: bytes
    target: bytes
    size: int
    type: bytes


def looks_like_tar(head: bytes) -> bool:
    """Whether these first bytes are a tar's: a header, or nothing but its end."""
    block = head[:BLOCK]
    return len(block) == BLOCK and (not any(block) or _sums_up(block))


def parse(block: bytes) -> Header:
    """Read a header block.

    Raises:
        ArchiveError: its checksum is wrong, or a number isn't one.
    """
    if not _sums_up(block):
        raise ArchiveError("is damaged, or no tar: a header's checksum is wrong")
    name = _text(block[0:100])
    # GNU's own format, whose mark ends in spaces, keeps other things there.
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = prefix + b"/" + name
    return Header(name, _text(block[157:257]), _number(block[124:136]), block[156:157])


def _sums_up(block: bytes) -> bool:
    try:
        said = _number(block[148:156])
    except ArchiveError:
        return False
    rest = block[:148] + b" " * 8 + block[156:]
    total = sum(rest)
    # Some writers of old summed signed bytes.
    return said == total or said == total - 256 * sum(byte > 127 for byte in rest)


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes) -> int:
    if field[0] >= _NUMBERS_FROM:
        if field[0] != _NUMBERS_FROM:
            raise ArchiveError("is damaged: a header has a number below 0")
        return int.from_bytes(field[1:])
    digits = field.strip(b" \0")
    if not digits:
        return 0
    if digits.strip(b"01234567"):
        raise ArchiveError("is damaged: a header has a number that is none")
    return int(digits, 8)
