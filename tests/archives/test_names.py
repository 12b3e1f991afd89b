"""Which names a member may have, and which two are one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.archives import ArchiveError, Limits, unpacked
from pyguard_kernel.archives.names import folded, leads_out, parts_of

type Files = dict[str, bytes]
type Build = Callable[..., bytes]
type Taken = Callable[..., Files]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil.py", "leads up"),
        ("a/../../evil.py", "leads up"),
        ("a/..", "leads up"),
        ("a/.../b.py", "leads up"),  # dots alone, which Windows drops
        ("a/.. /b.py", "leads up"),
        (". ./b.py", "leads up"),
        ("\uff0e\uff0e/evil.py", "leads up"),  # full-width dots
        ("\u2025/evil.py", "leads up"),  # a two dot leader
        ("a\uff0f..\uff0fevil.py", "leads up"),  # full-width slashes
        ("/etc/passwd", "absolute path"),
        ("//server/share/evil.py", "absolute path"),
        ("C:/evil.py", "a colon"),
        ("C:evil.py", "a colon"),
        ("a.py:stream", "a colon"),
        ("..\\evil.py", "a backslash"),
        ("\\\\server\\share\\evil.py", "a backslash"),
        ("a.py\0.txt", "a control character"),
        ("..\0/evil.py", "a control character"),
        ("a\nb.py", "a control character"),
        ("a\x1b[2Jb.py", "a control character"),
        ("a\x85b.py", "a control character"),
        ("a\udc80b.py", "a control character"),
        ("NUL", "a device on Windows"),
        ("src/con.py", "a device on Windows"),
        ("aux .txt/a.py", "a device on Windows"),
        ("COM\u00b9.py", "a device on Windows"),
        ("lpt9.tar.gz", "a device on Windows"),
        ("a//b.py", "an empty part"),
        ("a" * 256, "a part of more than 255 bytes"),
        ("\u4e00" * 100, "a part of more than 255 bytes"),
    ],
)
def test_a_name_that_leads_elsewhere_somewhere_is_refused(name: str, said: str) -> None:
    with pytest.raises(ArchiveError, match=said) as caught:
        parts_of(name, Limits())
    assert caught.value.member == name
    assert caught.value.limit is None
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.py", ("a.py",)),
        ("./src/a.py", ("src", "a.py")),
        ("src/", ("src",)),
        ("./", ()),
        (".", ()),
        ("a..b/.gitignore", ("a..b", ".gitignore")),
        ("console/auxiliary.py", ("console", "auxiliary.py")),
        ("sch\u00f6n/\u4f60\u597d\uff1a.py", ("sch\u00f6n", "\u4f60\u597d\uff1a.py")),
        ("what?*<>|.txt", ("what?*<>|.txt",)),
    ],
)
def test_an_ordinary_name_is_taken(name: str, parts: tuple[str, ...]) -> None:
    assert parts_of(name, Limits()) == parts


def test_depth_and_length_are_limits() -> None:
    limits = Limits(depth=2, name_length=10)
    assert parts_of("a/b/c.py", limits) == ("a", "b", "c.py")
    with pytest.raises(ArchiveError, match="more than 2 folders deep") as caught:
        parts_of("a/b/c/d.py", limits)
    assert caught.value.limit == "depth"
    with pytest.raises(ArchiveError, match="name of more than 10 bytes") as caught:
        parts_of("\u4e00" * 4, limits)
    assert caught.value.limit == "name_length"
    assert str(caught.value).endswith("raise name-length in [tool.pyguard.archive]")


def outcome(name: str) -> tuple[str, ...] | ArchiveError:
    try:
        return parts_of(name, Limits())
    except ArchiveError as error:
        return error


@given(st.text(max_size=60) | st.text("./\\:aA ~\0\u2025", max_size=20))
def test_any_name_is_refused_or_stays_below(name: str) -> None:
    came = outcome(name)
    if isinstance(came, ArchiveError):
        assert came.member == name
        assert str(came).isprintable()
    else:
        assert not {"", ".", ".."} & set(came)
        assert not any(set(part) & set("/\\:\0") for part in came)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("README", "readme"),
        ("stra\u00dfe.py", "STRASSE.py"),
        ("caf\u00e9.py", "cafe\u0301.py"),
        ("\u00c5.py", "\u212b.py"),
        ("a.py", "a.py. "),
    ],
)
def test_names_that_some_system_takes_for_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("target", "out"),
    [
        ("b.py", False),
        ("../b.py", False),
        ("../../b.py", False),
        ("../../../b.py", True),
        ("../../../src/deep/b.py", True),
        ("x/../../../../b.py", True),
        ("/etc/passwd", True),
        ("\\\\server\\share", True),
        ("C:/b.py", True),
    ],
)
def test_where_a_link_in_two_folders_leads(target: str, out: bool) -> None:
    assert leads_out(("src", "deep"), target) is out


# -- in archives -----------------------------------------------------------------------

HOSTILE = ["../evil.py", "/evil.py", "a/../../evil.py", "..\\evil.py", "C:\\evil.py"]


@pytest.mark.parametrize("name", HOSTILE)
def test_zip_slip(zipped: Build, taken: Taken, name: str) -> None:
    with pytest.raises(ArchiveError, match="archive: member '"):
        taken(zipped(("fine.py", b""), (name, b"evil")))


@pytest.mark.parametrize("name", HOSTILE)
def test_tar_slip(tarred: Build, taken: Taken, name: str) -> None:
    with pytest.raises(ArchiveError, match="archive: member '"):
        taken(tarred(("fine.py", b""), (name, b"evil")))


@pytest.mark.parametrize("build", ["zipped", "tarred"])
@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("a.py", b"1"), ("A.py", b"2")], "member 'A.py' is on some systems the same"),
        ([("src/a", b""), ("SRC/b", b"")], "the same as 'src', another one"),
        ([("a.py", b"1"), ("a.py", b"2")], "'a.py' is there twice, with different"),
        ([("a.py", b"1"), ("a.py", b"12")], "'a.py' is there twice, with different"),
        ([("a.py", b"12"), ("a.py", b"1")], "'a.py' is there twice, with different"),
        ([("a", b""), ("a/b", b"")], "needs 'a' as a folder, and it is a file"),
        ([("a/b", b""), ("a", b"")], "needs 'a' as a file, and it is a folder"),
    ],
)
def test_two_members_that_would_be_one(
    request: pytest.FixtureRequest,
    taken: Taken,
    build: str,
    members: list[tuple[str, bytes]],
    said: str,
) -> None:
    build_it: Build = request.getfixturevalue(build)
    with pytest.raises(ArchiveError, match=said):
        taken(build_it(*members))


def test_a_file_that_is_there_twice_and_the_same_is_there_once(
    tarred: Build, temporary: Path
) -> None:
    data = tarred(("a/b.py", b"x = 1\n"), ("a/b.py", b"x = 1\n"))
    with unpacked(data) as contents:
        assert (contents.root / "b.py").read_bytes() == b"x = 1\n"
        assert [path.name for path in contents.root.iterdir()] == ["b.py"]
