"""Zips: what is read, and each of the ways in which one may lie."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
from collections.abc import Callable

import pytest

from pyguard_kernel.archives import ArchiveError, Limits, unpacked

type Files = dict[str, bytes]
type Build = Callable[..., bytes]
type Taken = Callable[..., Files]

TEXT = b"print('hello')\n" * 20


def info(name: str, **fields: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def unix(name: str, mode: int) -> zipfile.ZipInfo:
    return info(name, create_system=3, external_attr=mode << 16)


def changed(data: bytes, mark: bytes, at: int, new: bytes, which: int = 0) -> bytes:
    """A zip with some bytes of one of its records overwritten."""
    start = -1
    for _ in range(which + 1):
        start = data.index(mark, start + 1)
    start += at
    return data[:start] + new + data[start + len(new) :]


HEADER, ENTRY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def refused(taken: Taken, data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ArchiveError) as caught:
        taken(data, limits)
    return str(caught.value)


# -- what is read ----------------------------------------------------------------------


def test_files_and_folders(zipped: Build, taken: Taken) -> None:
    data = zipped(("src/", b""), ("src/a.py", TEXT), ("empty.py", b""))
    assert taken(data) == {"src/a.py": TEXT, "empty.py": b""}


def test_stored_members_and_an_empty_zip(zipped: Build, taken: Taken) -> None:
    assert taken(zipped(("a.py", TEXT), method=zipfile.ZIP_STORED)) == {"a.py": TEXT}
    assert taken(zipped()) == {}


def test_a_zip_that_was_written_to_a_pipe(taken: Taken) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

        def seek(self, *_: int) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.py", TEXT)
        file.writestr("b.py", b"")
    assert taken(pipe.getvalue()) == {"a.py": TEXT, "b.py": b""}


def test_the_long_form_of_sizes(taken: Taken) -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w") as file,
        file.open("a.py", "w", force_zip64=True) as member,
    ):
        member.write(TEXT)
    assert taken(buffer.getvalue()) == {"a.py": TEXT}


def test_more_members_than_the_short_form_counts(taken: Taken, zipped: Build) -> None:
    data = zipped(*((f"{number:x}", b"") for number in range(66_000)))
    assert b"PK\x06\x06" in data
    said = refused(taken, data, Limits(members=65_999))
    assert "has 66,000 members, over the limit of 65,999" in said
    assert said.endswith("raise members in [tool.pyguard.archive]")


def test_a_comment_at_the_end(zipped: Build, taken: Taken) -> None:
    data = zipped(("a.py", TEXT))
    commented = data[:-2] + struct.pack("<H", 5) + b"hello"
    assert taken(commented) == {"a.py": TEXT}


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("schön.py".encode(), 0x800, "schön.py"),
        ("schön.py".encode(), 0, "schön.py"),  # as macOS writes it
        ("schön.py".encode("cp437"), 0, "schön.py"),
        ("日本.py".encode("shift-jis"), 0, "ô·û{.py"),
    ],
)
def test_names_in_other_encodings(
    zipped: Build, taken: Taken, raw: bytes, flags: int, name: str
) -> None:
    data = zipped(("x" * len(raw), TEXT)).replace(b"x" * len(raw), raw)
    for mark, at in ((HEADER, 6), (ENTRY, 8)):
        data = changed(data, mark, at, struct.pack("<H", flags))
    assert taken(data) == {name: TEXT}


def test_a_name_that_is_not_the_utf_8_it_says(zipped: Build, taken: Taken) -> None:
    data = zipped(("xxxx.py", TEXT)).replace(b"xxxx.py", b"sch\xf6.py")
    for mark, at in ((HEADER, 6), (ENTRY, 8)):
        data = changed(data, mark, at, struct.pack("<H", 0x800))
    assert r"'sch\\xf6.py' has a name that isn't the UTF-8" in refused(taken, data)


def test_a_name_that_hides_its_end_behind_a_nul(zipped: Build, taken: Taken) -> None:
    data = zipped(("a.pyX.txt", TEXT)).replace(b"a.pyX.txt", b"a.py\0.txt")
    assert "a control character" in refused(taken, data)


# -- links and devices -----------------------------------------------------------------


def test_a_link_within_is_left_out_and_told(zipped: Build) -> None:
    data = zipped(("src/a.py", TEXT), (unix("src/b.py", 0o120777), b"a.py"))
    with unpacked(data) as contents:
        assert [path.name for path in contents.root.iterdir()] == ["a.py"]
        assert contents.left_out == (("src/b.py", "a link to 'a.py'"),)


@pytest.mark.parametrize("target", [b"../../etc/passwd", b"/etc/passwd", b"..\\x"])
def test_a_link_out_is_refused(zipped: Build, taken: Taken, target: bytes) -> None:
    data = zipped((unix("src/b.py", 0o120777), target))
    said = refused(taken, data)
    assert "member 'src/b.py' is a link out of the archive, to '" in said


def test_no_member_goes_through_a_link(zipped: Build, taken: Taken) -> None:
    data = zipped((unix("here", 0o120777), b"."), ("here/evil.py", b"evil"))
    said = refused(taken, data)
    assert "'here/evil.py' needs 'here' as a folder, and it is a link" in said


def test_a_link_that_names_half_of_the_archive(zipped: Build, taken: Taken) -> None:
    data = zipped((unix("link", 0o120777), b"x" * 5000))
    assert "a link to something of endless name" in refused(taken, data)


@pytest.mark.parametrize("mode", [0o020666, 0o060666, 0o010666, 0o140666])
def test_devices_pipes_and_sockets(zipped: Build, taken: Taken, mode: int) -> None:
    said = refused(taken, zipped((unix("null.py", mode), b"")))
    assert "'null.py' is a device, pipe or socket" in said


# -- contradictions --------------------------------------------------------------------


def test_a_member_that_is_named_otherwise_in_the_directory(
    zipped: Build, taken: Taken
) -> None:
    data = changed(zipped(("a.py", TEXT)), ENTRY, 46, b"b.py")
    assert "'b.py' has another name, size or method" in refused(taken, data)


@pytest.mark.parametrize(
    ("mark", "at", "new", "said"),
    [
        (HEADER, 8, b"\x00\x00", "has another name, size or method"),
        (HEADER, 18, b"\x01\x00", "has another name, size or method"),
        (HEADER, 0, b"PK\x03\x05", "has other data before its first member"),
        (ENTRY, 0, b"PK\x01\x03", "its directory isn't what it says"),
        (ENTRY, 28, b"\xff\x01", "ends where a member should be"),
        (ENTRY, 42, b"\x01", "there is no such member"),
        (ENTRY, 42, b"\xf0\xff\xff\x0f", "ends where a member should be"),
        (ENTRY, 24, b"\xff\xff\xff\xff", "a size beyond 4 GiB is missing"),
        (END, 4, b"\x01", "one of several volumes"),
        (END, 8, b"\x02\x00\x02\x00", "ends where a member should be"),
        (END, 8, b"\x00\x00\x00\x00", "its directory has more members than it says"),
        (END, 16, b"\x00\x00\x00\x00", "isn't where its end says"),
        (END, 20, b"\x01", "ends without a directory"),
        (END, 8, b"\xff\xff\xff\xff", "ends where a member should be"),
        (END, 16, b"\xff\xff\xff\xff", "its end beyond 4 GiB isn't where it says"),
    ],
)
def test_records_that_contradict_each_other(
    zipped: Build, taken: Taken, mark: bytes, at: int, new: bytes, said: str
) -> None:
    assert said in refused(taken, changed(zipped(("a.py", TEXT)), mark, at, new))


def test_two_ends_of_which_either_may_be_meant(zipped: Build, taken: Taken) -> None:
    hidden = zipped(("evil.py", b"evil"))
    data = zipped(("a.py", TEXT))
    data = data[:-2] + struct.pack("<H", len(hidden)) + hidden
    assert "more than one end" in refused(taken, data)


def test_members_that_share_their_data(zipped: Build, taken: Taken) -> None:
    # Each member of such a bomb quotes the others; here two entries are one member.
    data = zipped(("a.py", TEXT))
    start = data.index(ENTRY)
    entry = data[start : data.index(END)]
    end = struct.pack("<4s4H2LH", END, 0, 0, 2, 2, 2 * len(entry), start, 0)
    said = refused(taken, data[:start] + entry * 2 + end)
    assert "'a.py' shares its data with the member before it, as bombs do" in said


def test_a_member_within_the_data_of_another(zipped: Build, taken: Taken) -> None:
    inner = zipped(("b.py", TEXT))
    data = zipped(("a.bin", inner), method=zipfile.ZIP_STORED)
    start, place = data.rindex(ENTRY), data.index(inner)
    entry = bytearray(inner[inner.index(ENTRY) : inner.index(END)])
    entry[42:46] = struct.pack("<L", place)
    size = data.rindex(END) - start + len(entry)
    end = struct.pack("<4s4H2LH", END, 0, 0, 2, 2, size, start, 0)
    bomb = data[:-22] + bytes(entry) + end
    assert "'b.py' shares its data" in refused(taken, bomb)


def test_data_that_reaches_into_the_directory(zipped: Build, taken: Taken) -> None:
    data = zipped(("a.py", TEXT), method=zipfile.ZIP_STORED)
    longer = struct.pack("<LL", len(TEXT) + 40, len(TEXT) + 40)
    data = changed(changed(data, HEADER, 18, longer), ENTRY, 20, longer)
    assert "has its data where the directory is" in refused(taken, data)


def test_a_folder_with_a_content(zipped: Build, taken: Taken) -> None:
    data = zipped(("src", TEXT)).replace(b"src", b"sr/")
    assert "'sr/' is a folder with a content" in refused(taken, data)


def test_a_file_by_name_and_a_folder_by_mode(zipped: Build, taken: Taken) -> None:
    said = refused(taken, zipped((unix("src", 0o040755), b"")))
    assert "'src' is a folder by its mode, and a file by its name" in said


@pytest.mark.parametrize("mode", [0o100644, 0o140755, 0o120777])
def test_a_folder_whose_mode_says_something_else(
    zipped: Build, taken: Taken, mode: int
) -> None:
    data = zipped((unix("src/", mode), b""), ("src/a.py", TEXT))
    assert taken(data) == {"src/a.py": TEXT}


# -- damage, and what can't be read ----------------------------------------------------


def test_a_wrong_checksum(zipped: Build, taken: Taken) -> None:
    data = zipped(("a.py", TEXT), method=zipfile.ZIP_STORED)
    data = data.replace(b"hello", b"hallo", 1)
    assert "'a.py' is damaged: its checksum is another" in refused(taken, data)


def test_damaged_data(zipped: Build, taken: Taken) -> None:
    data = changed(zipped(("a.py", TEXT)), HEADER, 30 + 4, b"\xff\xff")
    assert "'a.py' is damaged: Error -3" in refused(taken, data)


@pytest.mark.parametrize("size", [len(TEXT) - 1, len(TEXT) + 1])
def test_a_size_that_is_not_the_members(zipped: Build, taken: Taken, size: int) -> None:
    new = struct.pack("<L", size)
    data = changed(zipped(("a.py", TEXT)), HEADER, 22, new)
    said = refused(taken, changed(data, ENTRY, 24, new))
    assert "unpacks to more than" in said or "has another size than said" in said


def test_a_member_whose_data_ends_early(zipped: Build, taken: Taken) -> None:
    whole = zipped(("a.py", TEXT))
    packed = struct.pack("<L", struct.unpack_from("<L", whole, 18)[0] - 2)
    data = changed(changed(whole, HEADER, 18, packed), ENTRY, 20, packed)
    assert "is damaged or cut off" in refused(taken, data)


def test_a_zip_cut_off_anywhere(zipped: Build, taken: Taken) -> None:
    data = zipped(("src/a.py", TEXT), ("b.py", b""))
    for length in range(len(data)):
        assert refused(taken, data[:length])


def test_a_zip_with_any_byte_changed_is_refused_or_read(
    zipped: Build, taken: Taken
) -> None:
    data = zipped(("src/a.py", TEXT), ("b.py", b""))
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        try:
            taken(bytes(broken))
        except ArchiveError as error:
            message = str(error)
            assert message.isprintable()


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x2000])
def test_encrypted_members(zipped: Build, taken: Taken, flag: int) -> None:
    data = changed(zipped(("a.py", TEXT)), HEADER, 6, struct.pack("<H", flag))
    data = changed(data, ENTRY, 8, struct.pack("<H", flag))
    said = refused(taken, data)
    assert "'a.py' is encrypted: pack it without a password" in said


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_are_not_read(zipped: Build, taken: Taken, method: int) -> None:
    said = refused(taken, zipped(("a.py", TEXT), method=method))
    assert f"'a.py' is packed by method {method}, and only 0 (stored)" in said


@pytest.mark.parametrize("before", [b"#!/bin/sh\nexit\n", b"GIF89a;", b"%PDF-1.7\n"])
def test_a_zip_behind_something_else(
    zipped: Build, taken: Taken, before: bytes
) -> None:
    said = refused(taken, before + zipped(("a.py", TEXT)))
    assert "has other data before its first member" in said


def test_a_zip_behind_another_zip(zipped: Build, taken: Taken) -> None:
    both = zipped(("a.py", TEXT)) + zipped(("b.py", TEXT))
    assert "isn't where its end says" in refused(taken, both)


def test_something_behind_a_zip(zipped: Build, taken: Taken) -> None:
    said = refused(taken, zipped(("a.py", TEXT)) + b"<script>")
    assert "ends without a directory: it was cut off, or goes on" in said


# -- bombs -----------------------------------------------------------------------------


def test_a_member_that_grows_as_a_bomb_does(zipped: Build, taken: Taken) -> None:
    beside = random.Random(7).randbytes(1 << 20)  # so that the whole looks fine
    bomb = zipped(("zeros.bin", bytes(40 << 20)), ("photo.jpg", beside))
    said = refused(taken, bomb)
    assert "'zeros.bin' unpacks to more than 100 times its size" in said
    assert said.endswith("if you trust it, raise ratio in [tool.pyguard.archive]")
    assert len(taken(bomb, Limits(ratio=2000))["zeros.bin"]) == 40 << 20


def test_many_members_that_grow_a_little_each(zipped: Build, taken: Taken) -> None:
    bomb = zipped(*((f"{number}.bin", bytes(1 << 20)) for number in range(20)))
    said = refused(taken, bomb)
    assert said.startswith("archive: unpacks to more than 100 times its size")


def test_the_notes_of_macos_are_left_out(zipped: Build) -> None:
    notes = b"\0\x05\x16\x07" + bytes(200)
    data = zipped(
        ("shop/a.py", TEXT), ("__MACOSX/shop/._a.py", notes), ("shop/._b.py", TEXT)
    )
    with unpacked(data) as contents:
        names = sorted(path.name for path in contents.root.iterdir())
        assert (contents.root.name, names) == ("shop", ["._b.py", "a.py"])
        reason = "macOS's notes on another file"
        assert contents.left_out == (("__MACOSX/shop/._a.py", reason),)


def test_a_field_of_extras_without_end(zipped: Build, taken: Taken) -> None:
    member = info("a.py")
    member.extra = b"\x99\x99\0\0" * 16_000
    data = zipped((member, TEXT))
    size = b"\xff\xff\xff\xff"
    began = time.process_time()
    assert "a size beyond 4 GiB is missing" in refused(
        taken, changed(data, ENTRY, 24, size)
    )
    assert time.process_time() - began < 1


def test_what_is_small_may_be_dense(zipped: Build, taken: Taken) -> None:
    assert taken(zipped(("zeros.bin", bytes(4 << 20))))


def test_an_archive_in_an_archive_stays_a_file(zipped: Build) -> None:
    inner = zipped(("deeper.zip", zipped(("zeros.bin", bytes(1 << 20)))))
    data = zipped(("lib/inner.zip", inner), ("lib/a.py", TEXT))
    with unpacked(data) as contents:
        assert (contents.root / "inner.zip").read_bytes() == inner
        assert contents.unopened == ("lib/inner.zip",)
        assert contents.members == 3


def test_a_zip_of_many_bombs(zipped: Build, taken: Taken) -> None:
    layer = zipped(("zeros.bin", bytes(1 << 20)))
    for _ in range(5):
        layer = zipped(*((f"{n:02}.zip", layer) for n in range(16)))
    assert len(taken(layer)) == 16  # of 16 ** 5 MiB


def test_limits_on_declared_sizes(zipped: Build, taken: Taken) -> None:
    data = zipped(("a.bin", bytes(3000)), ("b.bin", bytes(3000)))
    said = refused(taken, data, Limits(member_bytes=2000))
    assert (
        "member 'a.bin' has 3,000 bytes or more, over the limit of 2,000 for one"
        in said
    )
    said = refused(taken, data, Limits(total_bytes=5000))
    assert "has members of more than 5,000 bytes in all" in said


def test_a_size_of_zero_that_is_none(zipped: Build, taken: Taken) -> None:
    data = zipped(("a.bin", bytes(300_000)))
    for mark, at in ((HEADER, 22), (ENTRY, 24)):
        data = changed(data, mark, at, bytes(4))
    said = refused(taken, data, Limits(member_bytes=2000))
    assert "'a.bin' unpacks to more than the 0 bytes it says" in said


def test_names_that_are_too_long_for_any_use(zipped: Build, taken: Taken) -> None:
    said = refused(taken, zipped(("a/" * 1000 + "b.py", b"")))
    assert "has a name of more than 512 bytes" in said
    assert len(said) < 400


def test_a_member_of_many_chunks(zipped: Build, taken: Taken) -> None:
    content = random.Random(7).randbytes(300_000) + bytes(300_000)
    assert taken(zipped(("a.bin", content))) == {"a.bin": content}
