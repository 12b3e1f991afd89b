"""What git tracks, read from its index as git itself writes it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.project import Broken, Facts, Tree
from pyguard_kernel.project.git import Git, names_in
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["README.md", "src/shop/__init__.py", "src/shop/ünïcode.py", "src/shop/z.py"]


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True)


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path, encoding="utf-8")


def known(folder: Path) -> Git | None:
    settings = Settings(root=folder)
    found: Git | None = Facts(Tree.of_folder(folder, settings), settings).get("git")
    return found


@pytest.fixture
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-q", *getattr(request, "param", ()))
    write(folder, *NAMES)
    git(folder, "add", ".")
    write(folder, "untracked.py")
    return folder


FORMATS = [("--object-format=sha1",), ("--object-format=sha256",)]


@pytest.mark.parametrize("repository", FORMATS, indirect=True)
@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_the_index_of_each_version_says_what_is_tracked(
    repository: Path, version: str
) -> None:
    if version == "3":
        # Git writes version 3 where an entry has a flag that 2 doesn't know.
        write(repository, "later.py")
        git(repository, "add", "--intent-to-add", "later.py")
    else:
        git(repository, "update-index", "--index-version", version)
    written = (repository / ".git/index").read_bytes()[4:8]
    assert int.from_bytes(written) == int(version)
    found = known(repository)
    assert found is not None
    assert found.tracked == tuple(
        sorted([*NAMES, "later.py"] if version == "3" else NAMES)
    )
    assert found.tracks("README.md")
    assert not found.tracks("untracked.py")


def test_a_worktree_has_an_index_of_its_own(repository: Path) -> None:
    git(repository, "commit", "-qm", "first")
    git(repository, "worktree", "add", "-q", "../second")
    second = repository.parent / "second"
    write(second, "only_here.py")
    git(second, "add", ".")
    assert (second / ".git").is_file()
    found = known(second)
    assert found is not None
    assert found.tracked == tuple(sorted([*NAMES, "only_here.py"]))


def test_a_submodule_is_a_repository_of_its_own(repository: Path) -> None:
    git(repository, "commit", "-qm", "first")
    outer = repository.parent / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    allowed = ("-c", "protocol.file.allow=always")
    git(outer, *allowed, "submodule", "--quiet", "add", str(repository), "inner")
    assert (outer / "inner/.git").is_file()
    found = known(outer / "inner")
    assert found is not None
    assert found.tracked == tuple(sorted(NAMES))


def test_a_file_that_names_a_strangers_repository_is_not_believed(
    repository: Path,
) -> None:
    liar = repository.parent / "liar"
    liar.mkdir()
    (liar / ".git").write_text(f"gitdir: {repository / '.git'}\n", encoding="utf-8")
    assert known(liar) is None


def test_names_without_end_are_refused() -> None:
    # Version 4 shares what names begin with: few bytes may stand for many.
    entry = b"\0" * 24 + (0o100644).to_bytes(4) + b"\0" * 34
    first = entry + b"\0" + b"x" * 1_000_000 + b"\0"
    rest = (entry + b"\0" + b"\0") * 400
    index = b"DIRC" + (4).to_bytes(4) + (401).to_bytes(4) + first + rest
    with pytest.raises(Broken, match="more names"):
        for _ in names_in(index, 20):
            pass


def test_a_project_in_a_folder_of_its_repository(repository: Path) -> None:
    found = known(repository / "src")
    assert found is not None
    assert found.below == "src/"
    assert found.tracks("shop/z.py")
    assert not found.tracks("README.md")


def test_a_submodule_is_no_file(repository: Path) -> None:
    inner = repository / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    write(inner, "a.py")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "first")
    git(repository, "-c", "advice.addEmbeddedRepo=false", "add", "inner")
    found = known(repository)
    assert found is not None
    assert found.tracked == tuple(sorted(NAMES))


def test_what_only_this_machine_ignores(repository: Path) -> None:
    (repository / ".git/info/exclude").write_text("/src/local/\n", encoding="utf-8")
    found = known(repository / "src")
    assert found is not None
    assert found.excludes("local/a.py")
    assert found.excludes("local", folder=True)
    assert not found.excludes("shop/local")


def test_a_new_repository_tracks_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    found = known(tmp_path)
    assert found is not None
    assert found.tracked == ()


def test_without_a_repository_nothing_is_known(tmp_path: Path) -> None:
    assert known(tmp_path) is None
    texts = Tree.of_texts({}, Settings())
    assert Facts(texts, Settings()).get("git") is None


def test_a_split_index_is_refused_and_says_what_to_do(repository: Path) -> None:
    git(repository, "update-index", "--split-index")
    with pytest.raises(Broken, match="--no-split-index") as error:
        known(repository)
    assert error.value.place.path == ".git/index"


def test_a_large_index_is_read_whole(repository: Path) -> None:
    names = [f"data/{number:05}/{'x' * (number % 300)}.txt" for number in range(400)]
    for name in names:
        write(repository, name[:250])
    git(repository, "add", ".")
    git(repository, "update-index", "--index-version", "4")
    shown = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository, check=True, capture_output=True
    )
    found = known(repository)
    assert found is not None
    assert set(found.tracked) == set(shown.stdout.decode().split("\0")) - {""}


def test_a_cut_index_is_damaged(repository: Path) -> None:
    index = repository / ".git/index"
    index.write_bytes(index.read_bytes()[:100])
    with pytest.raises(Broken, match="damaged"):
        known(repository)


@given(st.binary(max_size=200), st.sampled_from([20, 32]), st.integers(0, 5))
def test_any_bytes_are_read_or_broken(data: bytes, size: int, version: int) -> None:
    index = b"DIRC" + version.to_bytes(4) + b"\0\0\0\2" + data
    try:
        names = list(names_in(index, size))
    except Broken:
        return
    assert len(names) <= 2


def test_git_is_there_for_these_tests() -> None:
    assert shutil.which("git"), "these tests make repositories: install git"
