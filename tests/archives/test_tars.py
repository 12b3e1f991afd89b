"""Tars, plain and compressed: what is read, and each way in which one may lie."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import time
import tracemalloc
from collections.abc import Callable

import pytest

from pyguard_kernel.archives import ArchiveError, Limits, unpacked

type Files = dict[str, bytes]
type Build = Callable[..., bytes]
type Taken = Callable[..., Files]

TEXT = b"print('hello')\n" * 20
BLOCK = 512


def zstd(data: bytes) -> bytes:
    try:
        from compression.zstd import compress  # type: ignore[import-not-found]
    except ImportError:
        from backports.zstd import compress
    packed: bytes = compress(data)
    return packed


PACK: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd,
}
FORMATS = {
    "ustar": tarfile.USTAR_FORMAT,
    "gnu": tarfile.GNU_FORMAT,
    "pax": tarfile.PAX_FORMAT,
}


def header(
    name: str, kind: bytes = tarfile.REGTYPE, **fields: object
) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def refused(taken: Taken, data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ArchiveError) as caught:
        taken(data, limits)
    return str(caught.value)


def summed(block: bytes) -> bytes:
    """A header whose checksum is right again."""
    blank = block[:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(blank) + block[156:]


def changed(data: bytes, at: int, new: bytes, block: int = 0) -> bytes:
    """A tar with some bytes of one of its headers overwritten."""
    start = block * BLOCK
    old = data[start : start + BLOCK]
    return (
        data[:start]
        + summed(old[:at] + new + old[at + len(new) :])
        + data[start + BLOCK :]
    )


# -- what is read ----------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("pack", PACK)
def test_every_packing_of_every_format(
    tarred: Build, taken: Taken, pack: str, form: str
) -> None:
    long = "/".join(["a-long-folder-name"] * 11) + "/a.py"
    folder = header("src", tarfile.DIRTYPE)
    members = (folder, ("src/a.py", TEXT), ("./b.py", b""), (long, TEXT))
    data = PACK[pack](tarred(*members, format=FORMATS[form]))
    assert taken(data) == {"src/a.py": TEXT, "b.py": b"", long: TEXT}


def test_the_oldest_tars(tarred: Build, taken: Taken) -> None:
    data = tarred(header("src/", b"\0"), ("src/a.py", TEXT))
    for block in (0, 1):
        data = changed(data, 257, bytes(255), block)
    assert taken(data) == {"src/a.py": TEXT}


def test_an_empty_tar(tarred: Build, taken: Taken) -> None:
    assert taken(tarred()) == {}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_names_in_other_encodings(
    tarred: Build, taken: Taken, form: str, encoding: str
) -> None:
    data = tarred(("sch\u00f6n.py", TEXT), format=FORMATS[form], encoding=encoding)
    assert taken(data) == {"sch\u00f6n.py": TEXT}


def test_a_name_that_is_no_text(tarred: Build, taken: Taken) -> None:
    data = tarred(("a\udcff\udcfe.py", TEXT), format=tarfile.GNU_FORMAT)
    assert taken(data) == {"a\u00ff\u00fe.py": TEXT}


def test_a_size_beyond_eleven_digits(tarred: Build, taken: Taken) -> None:
    data = changed(tarred(("a.py", TEXT)), 124, b"\x80" + bytes(10) + b"\x0c")
    assert len(TEXT) == 300
    data = changed(data, 124, b"\x80" + (300).to_bytes(11))
    assert taken(data) == {"a.py": TEXT}


def test_volume_labels_and_notes_for_all_are_no_files(
    tarred: Build, taken: Taken
) -> None:
    data = tarred(
        header("label", b"V"),
        ("a.py", TEXT),
        pax_headers={"comment": "0123abc"},
        format=tarfile.PAX_FORMAT,
    )
    assert taken(data) == {"a.py": TEXT}


@pytest.mark.parametrize("pack", ["gz", "bz2", "xz", "zst"])
def test_a_stream_in_several_parts(tarred: Build, taken: Taken, pack: str) -> None:
    data = tarred(("a.py", TEXT))
    parts = (data[:700], data[700:701], b"", data[701:])
    packed = b"".join(PACK[pack](part) for part in parts)
    assert taken(packed) == {"a.py": TEXT}
    assert taken(packed + bytes(1000)) == {"a.py": TEXT}  # as on a tape


@pytest.mark.parametrize("pack", PACK)
def test_something_behind_the_end(tarred: Build, taken: Taken, pack: str) -> None:
    data = tarred(("a.py", TEXT))
    said = "archive: has other data after its end"
    assert refused(taken, PACK[pack](data) + b"<script>") == said
    assert refused(taken, PACK[pack](data + tarred(("b.py", TEXT)))) == said


def test_another_packing_behind_the_end(tarred: Build, taken: Taken) -> None:
    data = tarred(("a.py", TEXT))
    both = gzip.compress(data[:512]) + bz2.compress(data[512:])
    assert "has other data after its end" in refused(taken, both)


# -- links and devices -----------------------------------------------------------------


def test_links_within_are_left_out_and_told(tarred: Build) -> None:
    data = tarred(
        ("top/src/a.py", TEXT),
        header("top/src/b.py", tarfile.SYMTYPE, linkname="../src/a.py"),
        header("top/c.py", tarfile.LNKTYPE, linkname="top/src/a.py"),
    )
    with unpacked(data) as contents:
        assert contents.root.name == "top"
        files = [p.name for p in contents.root.rglob("*") if not p.is_dir()]
        assert files == ["a.py"]
        assert contents.left_out == (
            ("top/src/b.py", "a link to '../src/a.py'"),
            ("top/c.py", "a hard link to 'top/src/a.py'"),
        )


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.SYMTYPE, "../../etc/passwd"),
        (tarfile.SYMTYPE, "/etc/passwd"),
        (tarfile.LNKTYPE, "../etc/passwd"),
        (tarfile.LNKTYPE, "/etc/passwd"),
    ],
)
def test_links_out_are_refused(
    tarred: Build, taken: Taken, kind: bytes, target: str
) -> None:
    said = refused(taken, tarred(header("src/a.py", kind, linkname=target)))
    assert "member 'src/a.py' is a" in said
    assert f"link out of the archive, to '{target}'" in said


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_no_member_goes_through_a_link(
    tarred: Build, taken: Taken, kind: bytes
) -> None:
    data = tarred(
        header("one", kind, linkname="two"),
        header("two", kind, linkname="three"),
        ("one/evil.py", b"evil"),
    )
    assert "'one/evil.py' needs 'one' as a folder, and" in refused(taken, data)


def test_no_member_replaces_a_link(tarred: Build, taken: Taken) -> None:
    data = tarred(header("a", tarfile.SYMTYPE, linkname="b"), ("a", b"evil"))
    assert "'a' needs 'a' as a file, and it is a link" in refused(taken, data)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes(tarred: Build, taken: Taken, kind: bytes) -> None:
    said = refused(taken, tarred(header("null.py", kind)))
    assert "'null.py' is a device, pipe or socket" in said


# -- contradictions and damage ---------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "new", "said"),
    [
        (156, b"S", "'a.py' is a sparse file, whose holes could be of any size"),
        (156, b"M", "'a.py' goes on from another volume"),
        (156, b"Z", "'a.py' is of a type, 'Z', that no standard knows"),
        (156, b"5", "'a.py' is a folder with a content"),
        (156, b"1", "'a.py' is a hard link with a content"),
        (124, b"9" * 11, "a header has a number that is none"),
        (124, b"\xff" * 12, "a header has a number below 0"),
        (124, b"7" * 11, "'a.py' has 8,589,934,591 bytes or more, over the limit"),
        (
            124,
            b"\x80" + b"\xff" * 11,
            "bytes or more, over the limit",
        ),
    ],
)
def test_headers_that_can_not_be(
    tarred: Build, taken: Taken, at: int, new: bytes, said: str
) -> None:
    assert said in refused(taken, changed(tarred(("a.py", TEXT)), at, new))


def test_a_sparse_file_of_terabytes_by_its_notes(tarred: Build, taken: Taken) -> None:
    notes = {"GNU.sparse.major": "1", "GNU.sparse.realsize": str(1 << 42)}
    data = tarred(header("a.py", pax_headers=notes), format=tarfile.PAX_FORMAT)
    assert "'a.py' is a sparse file" in refused(taken, data)


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ({"size": "1e3"}, "'a.py' has a size that is no number"),
        ({"size": "-1"}, "'a.py' has a size that is no number"),
        ({"size": "9" * 30}, "'a.py' has a size that is no number"),
        ({"path": "../evil.py"}, "leads up"),
        ({"path": "b.py\0.txt"}, "a control character"),
    ],
)
def test_notes_that_can_not_be(
    tarred: Build, taken: Taken, notes: dict[str, str], said: str
) -> None:
    data = tarred(header("a.py", pax_headers=notes), format=tarfile.PAX_FORMAT)
    assert said in refused(taken, data)


def test_records_without_end(tarred: Build, taken: Taken) -> None:
    data = tarred(("note", b"5 a=\n" * 200_000), ("a.py", TEXT))
    began = time.process_time()
    assert taken(changed(data, 156, b"x")) == {"a.py": TEXT}
    assert time.process_time() - began < 5


def test_parts_without_end(taken: Taken) -> None:
    said = refused(taken, gzip.compress(b"") * 100_001)
    assert said == "archive: is packed in more than 100,000 parts"


def test_one_name_for_all(tarred: Build, taken: Taken) -> None:
    data = tarred(
        ("a.py", TEXT), format=tarfile.PAX_FORMAT, pax_headers={"path": "b.py"}
    )
    assert "gives all of its members one name, target or size" in refused(taken, data)


@pytest.mark.parametrize(
    "record", [b"x", b"0 a=b\n", b"99 a=b\n", b"6 a=bc", b"-1 a=b\n", b"5 ab\n"]
)
def test_records_that_are_none(tarred: Build, taken: Taken, record: bytes) -> None:
    data = tarred(("note", record), ("a.py", TEXT))
    data = changed(data, 156, b"x")
    assert "an extended header has no such records" in refused(taken, data)


def test_a_note_of_nobody(tarred: Build, taken: Taken) -> None:
    data = changed(tarred(("note", b"6 a=b\n")), 156, b"x")
    assert "its last header speaks of no member" in refused(taken, data)


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
def test_a_note_of_gigabytes(tarred: Build, taken: Taken, kind: bytes) -> None:
    data = changed(tarred(("note", b"")), 156, kind)
    data = changed(data, 124, b"77777777777")
    said = refused(taken, data)
    assert "has an extended header of 8,589,934,591 bytes, more than 1,048,576" in said


@pytest.mark.parametrize("pack", PACK)
def test_a_tar_cut_off_anywhere(tarred: Build, taken: Taken, pack: str) -> None:
    data = PACK[pack](tarred(("src/a.py", TEXT), ("b.py", b""))[: 5 * BLOCK])
    assert len(taken(data)) == 2
    for length in range(0, len(data), 1 if len(data) < 1000 else 37):
        if not (pack == "tar" and length >= 4 * BLOCK):
            assert refused(taken, data[:length])


@pytest.mark.parametrize("pack", PACK)
def test_a_tar_with_any_byte_changed_is_refused_or_read(
    tarred: Build, taken: Taken, pack: str
) -> None:
    data = PACK[pack](tarred(("src/a.py", TEXT)))
    for place in range(0, len(data), 1 if len(data) < 1000 else 37):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        try:
            taken(bytes(broken))
        except ArchiveError as error:
            message = str(error)
            assert message.isprintable()


@pytest.mark.parametrize("pack", ["gz", "bz2", "xz", "zst"])
def test_packed_things_that_are_no_tar(taken: Taken, pack: str) -> None:
    assert "no tar" in refused(taken, PACK[pack](TEXT))
    assert "no tar" in refused(taken, PACK[pack](TEXT * 10))


# -- bombs -----------------------------------------------------------------------------


class Million(io.RawIOBase):
    """A tar of a million empty files, made as it is read."""

    def __init__(self) -> None:
        self.read_so_far = 0

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.read_so_far = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        number = self.read_so_far // BLOCK
        count = size // BLOCK
        self.read_so_far += count * BLOCK
        return b"".join(
            header(f"{n:06}.py").tobuf() for n in range(number, number + count)
        )


def test_a_tar_of_a_million_empty_files(temporary: object) -> None:
    endless = Million()
    tracemalloc.start()
    began = time.process_time()
    try:
        with (
            pytest.raises(ArchiveError, match=r"'002000\.py' is one more than 2,000"),
            unpacked(endless, Limits(members=2000)),  # type: ignore[arg-type]
        ):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert endless.read_so_far < 2200 * BLOCK
    assert time.process_time() - began < 20
    assert peak < 3_000_000


@pytest.mark.parametrize("pack", ["gz", "bz2", "xz", "zst"])
def test_a_tar_that_grows_as_a_bomb_does(
    tarred: Build, taken: Taken, pack: str
) -> None:
    bomb = PACK[pack](tarred(("zeros.bin", bytes(20 << 20))))
    said = refused(taken, bomb)
    assert "'zeros.bin' unpacks to more than 100 times its size, as bombs do" in said
    assert said.endswith("raise ratio in [tool.pyguard.archive]")


@pytest.mark.parametrize("pack", ["gz", "bz2", "xz", "zst"])
def test_a_bomb_behind_the_end(tarred: Build, taken: Taken, pack: str) -> None:
    bomb = PACK[pack](tarred(("a.py", TEXT)) + bytes(20 << 20))
    assert "100 times its size" in refused(taken, bomb)


@pytest.mark.parametrize("pack", ["gz", "bz2", "xz", "zst"])
def test_memory_is_bounded_whatever_comes_out(
    tarred: Build, taken: Taken, pack: str
) -> None:
    bomb = PACK[pack](tarred(("zeros.bin", bytes(20 << 20))))
    tracemalloc.start()
    try:
        refused(taken, bomb)
        assert tracemalloc.get_traced_memory()[1] < 12_000_000  # xz: a window of 8 MiB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pack", PACK)
def test_limits_on_bytes(tarred: Build, taken: Taken, pack: str) -> None:
    data = PACK[pack](tarred(("a.bin", bytes(3000)), ("b.bin", bytes(3000))))
    said = refused(taken, data, Limits(member_bytes=2000))
    assert (
        "member 'a.bin' has 3,000 bytes or more, over the limit of 2,000 for one"
        in said
    )
    assert "raise member-bytes in" in said
    said = refused(taken, data, Limits(total_bytes=5000))
    assert "brings the whole to more than 5,000 bytes" in said
    assert "raise total-bytes in" in said


def test_an_xz_that_asks_for_gigabytes_of_memory(tarred: Build, taken: Taken) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 28}]
    data = lzma.compress(tarred(("a.py", TEXT)), filters=filters)
    assert "Memory usage limit" in refused(taken, data)


def test_an_archive_in_an_archive_stays_a_file(tarred: Build, taken: Taken) -> None:
    inner = gzip.compress(tarred(("zeros.bin", bytes(1 << 20))))
    assert taken(tarred(("inner.tar.gz", inner))) == {"inner.tar.gz": inner}


def test_without_what_reads_zstd_the_remedy_is_named(
    tarred: Build, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zstd(tarred(("a.py", TEXT)))
    for name in ("compression", "backports"):
        monkeypatch.setitem(sys.modules, name, None)
    said = refused(taken, data)
    assert "is packed by zstd" in said
    assert said.endswith("pip install 'pyguard-kernel[archives]'")
