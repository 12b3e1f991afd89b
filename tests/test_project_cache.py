"""What is kept of a project's run, and when it no longer holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pyguard_kernel import project_cache
from pyguard_kernel.project_run import run_project
from pyguard_kernel.scan import scan
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyguard_kernel.scan import Result

DOCKERFILE = "FROM python:latest\nCMD ['python']\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("x = 1\n")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    age(tmp_path)
    return tmp_path


def age(folder: Path) -> None:
    """Make all files as old as a cache can rely on."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, ns=(10**18, 10**18 + path.stat().st_size))


@pytest.fixture
def look(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[Result, int]]:
    """Scans, and counts how often the project rules were asked."""
    asked: list[object] = []

    def counted(*words: object, **named: object) -> object:
        asked.append(words)
        return run_project(*words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("pyguard_kernel.project_scan.run_project", counted)

    def scanned() -> tuple[Result, int]:
        asked.clear()
        result = scan(["."], Settings(root=shop), cache_folder=shop / ".pyguard_cache")
        return result, len(asked)

    return scanned


def test_a_second_run_asks_nothing_and_says_the_same(
    look: Callable[[], tuple[Result, int]],
) -> None:
    first, asked = look()
    assert asked == 1
    assert "PG902" in {f.code for f in first.findings}
    again, asked = look()
    assert asked == 0
    assert again.findings == first.findings
    assert again.answers == first.answers


def test_a_changed_file_is_read_anew(
    shop: Path, look: Callable[[], tuple[Result, int]]
) -> None:
    look()
    (shop / "Dockerfile").write_text("FROM scratch\n")
    result, asked = look()
    assert asked == 1
    assert result.answers["PG902"].verdict != "failed"


def test_a_file_that_came_or_went_is_seen(
    shop: Path, look: Callable[[], tuple[Result, int]]
) -> None:
    look()
    (shop / "compose.yaml").write_text("services: {}\n")
    assert look()[1] == 1
    (shop / "app.py").unlink()
    assert look()[1] == 1


def test_a_file_that_was_just_written_is_not_relied_on(
    shop: Path, look: Callable[[], tuple[Result, int]]
) -> None:
    (shop / "Dockerfile").write_text(DOCKERFILE)
    look()
    assert look()[1] == 1


def test_a_damaged_file_is_thrown_away(
    shop: Path, look: Callable[[], tuple[Result, int]]
) -> None:
    first, _ = look()
    (kept,) = (shop / ".pyguard_cache").glob("project-*")
    for damage in (b"", b"\xff", kept.read_bytes()[:-9], b"x" + kept.read_bytes()):
        kept.write_bytes(damage)
        result, asked = look()
        assert asked == 1
        assert result.findings == first.findings


def test_the_cache_is_named_after_the_projects_root(tmp_path: Path) -> None:
    caches = [project_cache.ProjectCache(tmp_path, root, "key") for root in ("a", "b")]
    assert len({cache._file for cache in caches}) == 2
