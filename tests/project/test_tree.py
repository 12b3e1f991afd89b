"""The files of a project, on the disk and in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyguard_kernel.project import Broken, Tree
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "pyproject.toml": b"[project]\r\nname = 'x'\r\n",
    "src/app.py": b"",
    ".venv/lib/a.py": b"",
    ".gitignore": b"*.log\n/build/\n",
    "docs/.gitignore": b"!keep.log\n",
    "docs/keep.log": b"",
    "run.log": b"",
}


@pytest.fixture
def on_disk(tmp_path: Path) -> Tree:
    for path, data in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / ".git").mkdir()
    return Tree.of_folder(tmp_path, Settings(root=tmp_path))


def test_a_folder_leaves_out_what_git_ignores_and_settings_exclude(
    on_disk: Tree,
) -> None:
    kept = {"pyproject.toml", "src/app.py", ".gitignore", "docs/.gitignore"}
    assert set(on_disk.paths) == {*kept, "docs/keep.log"}
    assert on_disk.pruned == (".venv",)


def test_texts_leave_out_what_settings_exclude() -> None:
    tree = Tree.of_texts(FILES, Settings())
    assert ".venv/lib/a.py" not in tree.paths
    assert tree.has("src/app.py")
    assert tree.pruned == (".venv",)


def test_the_ignore_files_of_a_tree_say_what_git_ignores() -> None:
    tree = Tree.of_texts(FILES, Settings())
    assert tree.ignores("run.log")
    assert tree.ignores("build/x.o")
    assert tree.ignores("build", folder=True)
    assert not tree.ignores("docs/keep.log")
    assert not tree.ignores("uv.lock")


def test_lines_end_alike_whatever_the_file_has() -> None:
    assert Tree.of_texts(FILES, Settings()).text("pyproject.toml").count("\r") == 0


def test_patterns_find_files() -> None:
    tree = Tree.of_texts(FILES, Settings())
    assert tree.matching("*.py", "pyproject.toml") == ["pyproject.toml", "src/app.py"]


def test_what_is_not_utf8_is_broken_and_says_where() -> None:
    tree = Tree.of_texts({"a.toml": b"x = 1\ny = '\xff'"}, Settings())
    with pytest.raises(Broken, match="UTF-8") as error:
        tree.toml("a.toml")
    assert error.value.place.span[0] == 2


def test_one_broken_file_of_many_leaves_the_others() -> None:
    tree = Tree.of_texts({"a.yml": b"a: [", "b.yml": b"b: 1"}, Settings())
    assert [node.plain for node in tree.each(["a.yml", "b.yml"], tree.yaml)] == [
        {"b": 1}
    ]
    assert list(tree.broken) == ["a.yml"]
