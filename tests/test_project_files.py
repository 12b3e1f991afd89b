"""What is a project, and which of its files aren't Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyguard_kernel.project_files import is_project_file, projects_in, projects_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "path",
    ["pyproject.toml", "docker/Dockerfile.prod", ".github/workflows/ci.yml",
     "requirements/dev.txt", "Makefile", ".gitignore", "a/.python-version"],
)  # fmt: skip
def test_a_projects_files_are_known_by_their_names(path: str) -> None:
    assert is_project_file(path)


@pytest.mark.parametrize("path", ["a.py", "manage", "bin/tool", "stubs/a.pyi", "stdin"])
def test_anything_else_that_is_named_is_taken_for_python(path: str) -> None:
    assert not is_project_file(path)


def test_a_folder_with_a_mark_is_a_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "src").mkdir()
    assert projects_in([str(tmp_path), str(tmp_path / "src")]) == [tmp_path]


def test_a_file_belongs_to_the_nearest_project_above(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "services" / "shop"
    inner.mkdir(parents=True)
    dockerfile = str(inner / "Dockerfile.prod")
    assert projects_of([dockerfile]) == [tmp_path]
    (inner / "pyproject.toml").write_text("")
    assert projects_of([dockerfile, dockerfile]) == [inner]
