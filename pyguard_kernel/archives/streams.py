"""Packed bytes read as plain ones, never more at a time than was asked for."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from pyguard_kernel.archives.limits import (
    CHUNK,
    MIB,
    RATIO_FROM,
    ArchiveError,
    Limits,
)
from pyguard_kernel.archives.sniff import BZIP2, GZIP, HEAD, TAR, XZ, ZSTD, kind

if TYPE_CHECKING:
    from collections.abc import Callable

# Of so many parts a stream may be made; parts that hold next to nothing cost time.
_MOST_PARTS = 100_000

# What a decompressor may take for its window: xz and zstd let the archive say how
# much, up to gigabytes. `xz -9` and `zstd -19` need 65 MiB and 8 MiB.
_WINDOW = 128 * MIB


class Decompressor(Protocol):
    """What bz2, lzma and zstd share; see bz2.BZ2Decompressor."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Some more plain bytes, at most `max_length`."""
        ...

    @property
    def eof(self) -> bool:
        """Whether the packed data has come to its own end."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether it can't go on without more packed bytes."""
        ...

    @property
    def unused_data(self) -> bytes:
        """Packed bytes after the end."""
        ...


class Zlib:
    """zlib's decompressor, with the manners of the others."""

    def __init__(self, window: int) -> None:
        self._zlib = zlib.decompressobj(window)
        self.needs_input = True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Some more plain bytes, at most `max_length`."""
        plain = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self.needs_input = len(plain) < max_length and not self._zlib.unconsumed_tail
        return plain

    @property
    def eof(self) -> bool:
        """Whether the packed data has come to its own end."""
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        """Packed bytes after the end."""
        return self._zlib.unused_data


class Stored:
    """Bytes that aren't packed at all, and end where their source does."""

    eof, needs_input, unused_data = False, True, b""

    def decompress(self, data: bytes, _: int) -> bytes:
        """The same bytes."""
        return data


def _gzip() -> Decompressor:
    return Zlib(16 + zlib.MAX_WBITS)


def _bzip2() -> Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


def _xz() -> Decompressor:
    import lzma

    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_WINDOW)


def _zstd() -> Decompressor:
    # Not the package `zstandard`: its decompressor can't be told when to stop, and one
    # read of it may give gigabytes.
    try:
        from compression import zstd  # type: ignore[import-not-found]
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise ArchiveError(
                "is packed by zstd, which Python reads by itself from 3.14 on:"
                " pip install 'pyguard-kernel[archives]'"
            ) from None
    largest = _WINDOW.bit_length() - 1
    options = {zstd.DecompressionParameter.window_log_max: largest}
    decompressor: Decompressor = zstd.ZstdDecompressor(options=options)
    return decompressor


_DECOMPRESSORS: dict[str, Callable[[], Decompressor]] = {
    TAR: Stored, GZIP: _gzip, BZIP2: _bzip2, XZ: _xz, ZSTD: _zstd,
}  # fmt: skip


class Stream:
    """A whole file read as plain bytes, as far as the limits let it.

    Parts that follow each other (as pigz and bzip2 write them) are read as one; zeros
    may follow, as on tapes, and anything else is refused. `member` is whom to blame.
    """

    def __init__(self, read: Callable[[int], bytes], kind: str, limits: Limits) -> None:
        self._read = read
        self._kind = kind
        self._decompressor = _DECOMPRESSORS[kind]()
        self._limits = limits
        self._taken = self._given = 0
        self._parts = 1
        self._plain = memoryview(b"")
        self.member: str | None = None

    def read(self, size: int) -> bytes:
        """The next bytes, `size` of them or, only at the end, fewer."""
        pieces = []
        while size:
            if not self._plain:
                self._plain = memoryview(self._more_plain())
                if not self._plain:
                    break
            pieces.append(self._plain[:size])
            self._plain = self._plain[size:]
            size -= len(pieces[-1])
        return b"".join(pieces)

    def _more_plain(self) -> bytes:
        """A chunk or less; nothing only at the end."""
        packed = self._more_packed()
        while packed is not None:
            plain = unpack(self._decompressor, packed, CHUNK, self.member)
            if plain:
                self._given += len(plain)
                if self._given > self._limits.total_bytes:
                    raise too_much(self._limits, self.member)
                check_ratio(self._taken, self._given, self._limits, self.member)
                return plain
            packed = self._more_packed()
        return b""

    def _more_packed(self) -> bytes | None:
        """What to feed next: maybe nothing; None at the end."""
        if self._decompressor.eof:
            return self._next_part()
        if not self._decompressor.needs_input:
            return b""
        packed = self._take()
        if packed:
            return packed
        if self._kind == TAR:
            return None
        raise cut_off(self.member)

    def _next_part(self) -> bytes | None:
        """The first bytes of the part that follows; None where none does."""
        packed = self._decompressor.unused_data.lstrip(b"\0")
        while len(packed) < HEAD and (more := self._take()):
            packed = (packed + more).lstrip(b"\0")
        if not packed:
            return None
        if kind(packed) != self._kind:
            raise ArchiveError("has other data after its end")
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise ArchiveError(f"is packed in more than {_MOST_PARTS:,} parts")
        self._decompressor = _DECOMPRESSORS[self._kind]()
        return packed

    def _take(self) -> bytes:
        packed = self._read(CHUNK)
        self._taken += len(packed)
        return packed


def unpack(
    decompressor: Decompressor, packed: bytes, most: int, member: str | None
) -> bytes:
    """One step of a decompressor.

    Raises:
        ArchiveError: the data isn't what it takes, or asks for too much memory.
    """
    try:
        return decompressor.decompress(packed, most)
    except MemoryError:
        raise
    except Exception as error:  # each has its own: zlib.error, LZMAError, ZstdError
        raise ArchiveError(f"is damaged: {error}", member=member) from error


def check_ratio(taken: int, given: int, limits: Limits, member: str | None) -> None:
    """Refuse what grows as only a bomb does.

    Raises:
        ArchiveError: `given` bytes came out of `taken`, and that is too much.
    """
    if given > RATIO_FROM and given > taken * limits.ratio:
        raise ArchiveError(
            f"unpacks to more than {limits.ratio} times its size, as bombs do",
            member=member,
            limit="ratio",
        )


def cut_off(member: str | None) -> ArchiveError:
    """The refusal of what lacks its end."""
    return ArchiveError("ends in the middle: it was cut off", member=member)


def too_much(limits: Limits, member: str | None) -> ArchiveError:
    """The refusal of what is too large as a whole."""
    return ArchiveError(
        f"brings the whole to more than {limits.total_bytes:,} bytes",
        member=member,
        limit="total_bytes",
    )
