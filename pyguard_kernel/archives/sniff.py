"""What a file is, by its first bytes; its name is never asked."""

from __future__ import annotations

import re

from pyguard_kernel.archives.headers import looks_like_tar

HEAD = 512

ZIP, TAR, GZIP, XZ, BZIP2, ZSTD = "zip", "tar", "gzip", "xz", "bzip2", "zstd"

_BEGINNINGS = (
    (ZIP, re.compile(rb"PK(?:\x03\x04|\x05\x06)")),
    (GZIP, re.compile(rb"\x1f\x8b\x08")),
    (XZ, re.compile(rb"\xfd7zXZ\0")),
    # Letters alone could begin a text: so with its first block, or its end.
    (BZIP2, re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")),
    # A frame of data, or one to be skipped, with which some writers begin.
    (ZSTD, re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")),
)

# Archives that aren't opened here, known so that it can be said.
_OTHERS = re.compile(rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|MSCF\0|!<arch>\n|\x1f\x9d")

_END_OF_ZIP = b"PK\x05\x06"


def kind(head: bytes) -> str | None:
    """The kind of archive that begins with these bytes (512 tell); None: of none."""
    for name, beginning in _BEGINNINGS:
        if beginning.match(head):
            return name
    return TAR if looks_like_tar(head) else None


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so holds other files, of a kind we open or not."""
    return kind(head) is not None or _OTHERS.match(head) is not None


def reason(head: bytes, tail: bytes) -> str:
    """Why a file of this beginning and end isn't opened."""
    if not head:
        return "is empty"
    if _END_OF_ZIP in tail:
        return (
            "has other data before its first member (a program that unpacks itself,"
            " or two formats in one file): take the zip out of it by `zip -J`"
        )
    if _OTHERS.match(head):
        return "is of a kind that isn't opened here: pack it as zip or tar"
    return "is no zip or tar, plain or packed by gzip, xz, bzip2 or zstd"
