"""Which files a scan reads."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard_kernel.files import Found, MissingPath, find


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def grow(root: Path, *paths: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def look(
    *paths: str,
    exclude: tuple[str, ...] = (),
    gitignore: bool = True,
    force: bool = False,
) -> Found:
    return find(
        paths or ["."],
        exclude=exclude,
        respect_gitignore=gitignore,
        force_exclude=force,
    )


def test_the_four_suffixes_sorted_and_as_one_would_type_them(here: Path) -> None:
    grow(here, "b.py", "a/n.ipynb", "a/s.pyi", "a/w.pyw", "a/readme.md", "a/x.pyc")
    assert look().files == ["a/n.ipynb", "a/s.pyi", "a/w.pyw", "b.py"]


def test_a_file_twice_is_one_file(here: Path) -> None:
    grow(here, "src/a.py")
    assert look("src", "./src/../src/a.py", str(here)).files == ["src/a.py"]


def test_a_named_file_needs_no_suffix_and_no_leave(here: Path) -> None:
    write(here / ".gitignore", "tool\n")
    grow(here, ".git/HEAD", "tool")
    assert look("tool", exclude=("tool",)).files == ["tool"]
    assert look("tool", exclude=("tool",), force=True).files == []


def test_paths_outside_keep_their_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(tmp_path, "lib/a.py", "app/b.py")
    monkeypatch.chdir(tmp_path / "app")
    assert look("../lib").files == ["../lib/a.py"]
    assert look(str(tmp_path / "lib")).files == [str(tmp_path / "lib" / "a.py")]


def test_a_missing_path_is_an_error(here: Path) -> None:
    with pytest.raises(MissingPath, match=r"nope\.py doesn't exist"):
        look("nope.py")


def test_exclude_by_name_anywhere_and_by_path_from_here(here: Path) -> None:
    grow(here, "build/a.py", "src/build/b.py", "src/gen/c.py", "gen/d.py", "e_pb2.py")
    files = look(exclude=("build", "src/gen", "*_pb2.py")).files
    assert files == ["gen/d.py"]


def test_a_named_folder_is_searched_though_it_is_excluded(here: Path) -> None:
    grow(here, "build/a.py", "build/deep/build/b.py")
    assert look("build", exclude=("build",)).files == ["build/a.py"]
    assert look("build", exclude=("build",), force=True).files == []


def test_ignore_files_from_the_root_of_the_repository_down(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here / ".gitignore", "*_gen.py\nout/\n")
    write(here / ".git/info/exclude", "mine.py\n")
    write(here / "pkg/.gitignore", "!keep_gen.py\n/local.py\n")
    grow(
        here,
        *("a_gen.py", "mine.py", "out/x.py", "pkg/keep_gen.py", "pkg/local.py"),
        *("pkg/sub/local.py", "pkg/b_gen.py"),
    )
    assert look().files == ["pkg/keep_gen.py", "pkg/sub/local.py"]
    monkeypatch.chdir(here / "pkg")
    assert look().files == ["keep_gen.py", "sub/local.py"]
    assert len(look(gitignore=False).files) == 4


def test_without_a_repository_there_are_no_rules(here: Path) -> None:
    write(here / ".gitignore", "a.py\n")
    grow(here, "a.py")
    assert look().files == ["a.py"]


def test_a_repository_within_has_rules_of_its_own(here: Path) -> None:
    write(here / ".gitignore", "a.py\n")
    grow(here, ".git/HEAD", "a.py", "inner/.git/HEAD", "inner/a.py")
    assert look().files == ["inner/a.py"]


def test_a_worktree_reads_the_exclude_file_of_its_repository(here: Path) -> None:
    write(here / "main/.git/info/exclude", "mine.py\n")
    write(here / "main/.git/worktrees/w/commondir", "../..\n")
    write(here / "w/.git", "gitdir: ../main/.git/worktrees/w\n")
    grow(here, "w/mine.py", "w/ours.py")
    assert look("w").files == ["w/ours.py"]


def test_links_to_files_count_and_links_to_folders_dont(here: Path) -> None:
    grow(here, "far/a.py", "near/b.py")
    (here / "near/link.py").symlink_to("../far/a.py")
    (here / "near/folder").symlink_to("../far")
    (here / "near/loop").symlink_to(".")
    (here / "near/folder.py").symlink_to("../far")
    assert look("near").files == ["near/b.py", "near/link.py"]
    assert look("near/folder").files == ["near/folder/a.py"]


def test_what_isnt_a_file_is_left_alone_and_a_broken_link_is_told(here: Path) -> None:
    os.mkfifo("pipe.py")
    Path("broken.py").symlink_to("nowhere")
    Path("round.py").symlink_to("round.py")
    found = look()
    assert found.files == []
    assert [path for path, _ in found.unreadable] == ["broken.py", "round.py"]
    assert "No such file" in found.unreadable[0][1]


def test_a_folder_that_cant_be_read_is_told_and_the_rest_is_found(here: Path) -> None:
    grow(here, "a.py")
    way = here
    # Deeper than a path may be long: closed even to the superuser.
    descriptor = os.open(here, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=descriptor)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = deeper
        way = way / ("d" * 250)
    os.close(descriptor)
    found = look()
    assert found.files == ["a.py"]
    [(path, reason)] = found.unreadable
    assert path.startswith("d" * 250 + "/")
    assert "name too long" in reason


def test_names_that_are_odd_come_out_whole(here: Path) -> None:
    names = [" a.py", "-b.py", "c\nd.py", "é.py", "[x].py", os.fsdecode(b"\xff.py")]
    grow(here, *names)
    assert look().files == sorted(names)


# -- git's own word on random ignore files ----------------------------------------

GIT = ["git", "-c", "core.excludesFile=", "-c", "core.quotePath=false"]
NAMES = ["a", "b", "ab", "a b", "-", "foo", "[a]", "b]", "!a", "#a", "a\\", "A1"]

pieces = st.sampled_from(
    [
        *("a", "b", "foo", "A", "1", " ", "-", "!", "#", "]", "[", "^"),
        *("*", "**", "?", "/", "/**/", "**/", "/**", "\\", "\\*", "\\ ", "\\["),
        *("[a]", "[!a]", "[^b]", "[a-f]", "[]a]", "[a-]", "[[:alpha:]]", "[\\]]"),
        *("[b-a]", "[[:nope:]]", "[a", "[[:digit:]a]", ".py", "\\/", "[/]", "[--0]"),
    ]
)
lines = st.tuples(
    st.sampled_from(["", "", "", "!", "/", "#", "\\!", "\\#"]),
    st.lists(pieces, min_size=1, max_size=5).map("".join),
    st.sampled_from(["", "", "/", "/*", " ", "  ", "\t", "\r"]),
).map("".join)
texts = st.lists(lines, min_size=1, max_size=6).map("\n".join)
folders = st.lists(st.sampled_from(NAMES), max_size=3)
trees = st.lists(
    st.tuples(folders, st.sampled_from(NAMES)).map(lambda t: "/".join([*t[0], t[1]])),
    min_size=1,
    max_size=12,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(trees, st.dictionaries(folders.map("/".join), texts, max_size=3), texts)
def test_what_git_lists_is_what_is_found(
    tree: list[str], ignores: dict[str, str], info: str
) -> None:
    root = Path(tempfile.mkdtemp())
    before = Path.cwd()
    try:
        os.chdir(root)
        subprocess.run([*GIT, "init", "-q"], check=True)
        grow(root, *(f"{path}.py" for path in tree))
        for folder, text in ignores.items():
            write(root / folder / ".gitignore", text)
        write(root / ".git/info/exclude", info)
        listed = subprocess.run(
            [*GIT, "ls-files", "-z", "-co", "--exclude-standard"],
            check=True,
            capture_output=True,
        )
        names = os.fsdecode(listed.stdout).split("\0")
        assert look().files == sorted(n for n in names if n.endswith(".py"))
    finally:
        os.chdir(before)
        shutil.rmtree(root)
