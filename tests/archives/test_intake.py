"""The intake as a whole: round trips, sources, and that nothing is left behind."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard_kernel.archives import ArchiveError, Limits, is_archive, unpacked

type Files = dict[str, bytes]
type Build = Callable[..., bytes]
type Taken = Callable[..., Files]

ROOT = Path(__file__).parents[2]
WAYS = ("zip", "w", "w:gz", "w:bz2", "w:xz")

shared = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
safe_part = st.text("abc_\u00e9\u4e00", min_size=1, max_size=6)
safe_names = st.lists(safe_part, min_size=1, max_size=3).map(
    lambda parts: "/".join([*parts, "f.py"])
)
part = st.text("abcXYZ019_-. \u00e9\u4e00\u0301", min_size=1, max_size=12)
names = st.lists(part, min_size=1, max_size=4).map("/".join)


def packed(way: str, files: Files, zipped: Build, tarred: Build) -> bytes:
    members = files.items()
    return zipped(*members) if way == "zip" else tarred(*members, mode=way)


def came(take: Callable[[], Files]) -> Files | ArchiveError:
    try:
        return take()
    except ArchiveError as error:
        return error


@shared
@given(
    files=st.dictionaries(
        safe_names,
        st.binary(max_size=3000),
        max_size=6,
    ),
    way=st.sampled_from(WAYS),
)  # fmt: skip
def test_safe_names_and_any_bytes_round_trip(
    files: Files, way: str, zipped: Build, tarred: Build, taken: Taken
) -> None:
    assert taken(packed(way, files, zipped, tarred)) == files


@shared
@given(
    files=st.dictionaries(
        names | st.text("./\\:~aA\0\u2025\uff0e", min_size=1, max_size=12),
        st.binary(max_size=20),
        min_size=1,
        max_size=4,
    ),
    way=st.sampled_from(WAYS),
)
def test_any_name_is_refused_or_lands_inside(
    files: Files, way: str, zipped: Build, tarred: Build, temporary: Path
) -> None:
    data = packed(way, files, zipped, tarred)
    before = set(temporary.parent.rglob("*"))
    with contextlib.suppress(ArchiveError), unpacked(data) as contents:
        for path in set(temporary.parent.rglob("*")) - before:
            assert path.resolve() == path
            assert contents.folder.parent in (path, *path.parents)
    assert set(temporary.parent.rglob("*")) == before


@shared
@given(
    data=st.binary(max_size=2000),
    start=st.sampled_from([b"", b"PK\3\4", b"\x1f\x8b\x08"]),
)
def test_any_bytes_are_refused_or_read(data: bytes, start: bytes, taken: Taken) -> None:
    result = came(lambda: taken(start + data))
    assert isinstance(result, dict | ArchiveError)


# -- where it comes from ---------------------------------------------------------------


def test_a_path_bytes_and_a_file(zipped: Build, tmp_path: Path) -> None:
    data = zipped(("top/a.py", b"x = 1\n"))
    file = tmp_path / "it.zip"
    file.write_bytes(data)
    opened = io.BytesIO(data)
    opened.read()
    for source in (file, str(file), data, opened):
        with unpacked(source) as contents:
            assert (contents.root / "a.py").read_bytes() == b"x = 1\n"
    assert not opened.closed


def test_content_counts_and_the_name_does_not(tarred: Build, tmp_path: Path) -> None:
    file = tmp_path / "really-a-tar.zip"
    file.write_bytes(tarred(("a.py", b""), mode="w:xz"))
    assert is_archive(str(file))
    with unpacked(file) as contents:
        assert (contents.root / "a.py").exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"print('hello')\n" * 100, "is no zip or tar, plain or packed by gzip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(600), "is of a kind that isn't opened here"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(600), "is of a kind that isn't opened here"),
        (b"\x7fELF" + bytes(600), "is no zip or tar"),
    ],
)
def test_what_is_no_archive(taken: Taken, data: bytes, said: str) -> None:
    with pytest.raises(ArchiveError, match=said):
        taken(data)


def test_a_refusal_stays_on_one_line(zipped: Build) -> None:
    with pytest.raises(ArchiveError) as caught:
        unpacked(zipped(("\x1b[2J\n", b"")), name="up\nload").__enter__()
    assert str(caught.value).startswith(r"'up\nload': member '\x1b[2J\n' has a control")
    assert str(caught.value).isprintable()


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no\.zip: can't be read: No such file"):
        unpacked(tmp_path / "no.zip").__enter__()


def test_a_file_that_can_not_seek(zipped: Build) -> None:
    class Pipe(io.BytesIO):
        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation("underlying stream is not seekable")

    with pytest.raises(ArchiveError, match=r"can't be read: .* not seekable"):
        unpacked(Pipe(zipped()), name="upload").__enter__()


def test_a_file_that_is_open_as_text() -> None:
    with pytest.raises(TypeError, match="open it in binary mode"):
        unpacked(io.StringIO("PK")).__enter__()  # type: ignore[arg-type]


# -- what is made ----------------------------------------------------------------------


def test_the_folder_is_private_and_goes(zipped: Build, temporary: Path) -> None:
    with unpacked(zipped(("a/b.py", b""))) as contents:
        (private,) = temporary.iterdir()
        assert private.stat().st_mode & 0o777 == 0o700
        assert contents.folder.parent == private
    assert list(temporary.iterdir()) == []


def test_modes_of_members_are_not_kept(tarred: Build) -> None:
    import tarfile

    script = tarfile.TarInfo("run.py")
    script.mode = 0o6777
    with unpacked(tarred(script)) as contents:
        assert (contents.root / "run.py").stat().st_mode & 0o7111 == 0


@pytest.mark.parametrize(
    ("names", "root"),
    [
        (["top/a.py", "top/b/c.py"], "top"),
        (["top/a.py", "other/b.py"], "tree"),
        (["top/a.py", "setup.py"], "tree"),
        (["a.py"], "tree"),
        ([], "tree"),
    ],
)
def test_one_folder_that_holds_all_is_the_root(
    zipped: Build, names: list[str], root: str
) -> None:
    with unpacked(zipped(*((name, b"") for name in names))) as contents:
        assert contents.root.name == root


def test_folders_that_names_imply_are_members_too(zipped: Build, taken: Taken) -> None:
    data = zipped(("a/b/c/d/e.py", b""))
    assert taken(data, Limits(members=5))
    with pytest.raises(ArchiveError, match="is one more than 4 members"):
        taken(data, Limits(members=4))


def test_whatever_goes_wrong_later_nothing_is_left(
    zipped: Build, temporary: Path
) -> None:
    with pytest.raises(KeyboardInterrupt), unpacked(zipped(("a.py", b""))):
        raise KeyboardInterrupt
    # An error of who reads the files is no error of the archive.
    with pytest.raises(OSError, match="mine"), unpacked(zipped(("a.py", b""))):
        raise OSError("mine")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (
            errno.ENOSPC,
            "'b.py' finds no room: the disk of .* is full; free",
        ),
        (errno.EDQUOT, "'b.py' finds no room"),
        (errno.EIO, "can't be unpacked: Input/output error"),
    ],
)
def test_a_full_disk(
    zipped: Build,
    taken: Taken,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    said: str,
) -> None:
    from pyguard_kernel.archives.landing import Landing

    write = Landing._write

    def full(self: Landing, path: str, member: object) -> None:
        if path == "b.py":
            raise OSError(number, os.strerror(number))
        write(self, path, member)  # type: ignore[arg-type]

    monkeypatch.setattr(Landing, "_write", full)
    with pytest.raises(ArchiveError, match=said):
        taken(zipped(("a.py", b""), ("b.py", b"")))


def test_no_place_for_temporary_files(
    zipped: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    with pytest.raises(ArchiveError, match=r"no folder can be made .* set TMPDIR to"):
        unpacked(zipped(("a.py", b""))).__enter__()


def test_ctrl_c_in_the_middle_leaves_nothing(zipped: Build, tmp_path: Path) -> None:
    archive = tmp_path / "many.zip"
    archive.write_bytes(zipped(*((f"{number}.py", b"") for number in range(30_000))))
    folder = tmp_path / "temporary"
    folder.mkdir()
    program = (
        "import sys; from pyguard_kernel.archives import unpacked\n"
        "with unpacked(sys.argv[1]): print('unpacked before it was stopped')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, archive],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while not any(folder.glob("*/tree/1?.py")) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert out == b""
    assert b"KeyboardInterrupt" in err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("value", [0, -1, 1.5, "1", True])
def test_a_limit_is_a_whole_number_above_0(value: object) -> None:
    with pytest.raises(ValueError, match="depth: must be a whole number above 0"):
        Limits(depth=value)  # type: ignore[arg-type]
