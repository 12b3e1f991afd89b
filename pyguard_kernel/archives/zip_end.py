"""The end of a zip, which says where its directory is."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, NamedTuple

from pyguard_kernel.archives.limits import ArchiveError

FULL, _FULL_COUNT = 0xFFFFFFFF, 0xFFFF  # "see the larger field"

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
LONGEST_TAIL = _END.size + 0xFFFF  # with the longest comment


class Directory(NamedTuple):
    """Where the directory is, in bytes, and how many members it is said to name."""

    place: int
    size: int
    members: int


def find(file: BinaryIO) -> Directory:
    """Find the directory, the only one, right before the end.

    Raises:
        ArchiveError: there is none, more than one may be meant, or it lies elsewhere.
    """
    length = file.seek(0, os.SEEK_END)
    before = max(0, length - LONGEST_TAIL)
    file.seek(before)
    tail = file.read(LONGEST_TAIL)
    ends = [at for at in _places(tail, b"PK\x05\x06") if _reaches_the_end(tail, at)]
    if not ends:
        raise ArchiveError("ends without a directory: it was cut off, or goes on")
    if len(ends) > 1:
        raise ArchiveError("has more than one end: which members it has is ambiguous")
    end = before + ends[0]
    _, disk, first, here, count, size, place, _ = _END.unpack_from(tail, ends[0])
    if disk or first or here != count:
        raise ArchiveError("is one of several volumes: join them to one zip")
    directory = Directory(place, size, count)
    if FULL in directory or count == _FULL_COUNT:
        directory, end = _larger(file, directory, end)
    if directory.place + directory.size != end:
        raise ArchiveError("is damaged: its directory isn't where its end says")
    return directory


def _places(tail: bytes, mark: bytes) -> list[int]:
    found = []
    at = tail.find(mark)
    while at >= 0:
        found.append(at)
        at = tail.find(mark, at + 1)
    return found


def _reaches_the_end(tail: bytes, at: int) -> bool:
    if at + _END.size > len(tail):
        return False
    comment: int = _END.unpack_from(tail, at)[-1]
    return at + _END.size + comment == len(tail)


def _larger(file: BinaryIO, small: Directory, end: int) -> tuple[Directory, int]:
    """The directory by the end's larger form, and where that form begins."""
    at = end - _LOCATOR.size - _END64.size
    if at < 0:
        return small, end  # a full count may be meant as it stands
    file.seek(at)
    data = file.read(_LOCATOR.size + _END64.size)
    fields = _END64.unpack_from(data)
    mark, disk, place, disks = _LOCATOR.unpack_from(data, _END64.size)
    if mark != b"PK\x06\x07" and FULL not in small:
        return small, end
    told = fields[0] == b"PK\x06\x06" and fields[1] == _END64.size - 12
    if not told or place != at or disk or disks > 1 or fields[6] != fields[7]:
        raise ArchiveError("is damaged: its end beyond 4 GiB isn't where it says")
    return Directory(place=fields[9], size=fields[8], members=fields[7]), at
