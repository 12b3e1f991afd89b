"""Rules that ask what git tracks, in repositories that git itself made."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pyguard_kernel.findings import Judge
from pyguard_kernel.fixes import apply
from pyguard_kernel.project import Tree
from pyguard_kernel.project_run import run_project
from pyguard_kernel.registry import find_rule
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from pyguard_kernel.model import Finding

PYPROJECT = '[project]\nname = "shop"\ndependencies = ["httpx>=0.28,<1"]\n'
LOCK = '[[package]]\nname = "httpx"\nversion = "0.28.1"\n'


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True)


def found(folder: Path, code: str) -> list[Finding]:
    rule = find_rule(code)
    assert rule is not None
    settings = Settings(root=folder)
    tree = Tree.of_folder(folder, settings)
    judge = Judge(settings, [rule], whole=True)
    return run_project(tree, [rule], settings, judge, fixes=True).findings


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    git(tmp_path, "add", ".")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def likeness(folder: Path, name: str) -> Path:
    """As much of an environment as tells that it is one."""
    (folder / name).mkdir()
    (folder / name / "pyvenv.cfg").write_text("home = /usr/bin\n", encoding="utf-8")
    return folder / name


def environment(folder: Path, name: str) -> Path:
    """What `python -m venv` makes, as it did before Python 3.13 made it ignored."""
    command = [sys.executable, "-m", "venv", "--without-pip", name]
    subprocess.run(command, cwd=folder, check=True)
    (folder / name / ".gitignore").unlink(missing_ok=True)
    return folder / name


def test_an_environment_that_git_tracks(shop: Path) -> None:
    environment(shop, ".venv")
    git(shop, "add", "--force", ".venv")
    (finding,) = found(shop, "PG605")
    assert finding.path.startswith(".venv/")
    assert "git rm -r --cached .venv" in finding.message
    assert finding.fix is None  # no edit takes a file out of git's index


def test_an_environment_that_git_would_add_next(shop: Path) -> None:
    environment(shop, "env")
    (finding,) = found(shop, "PG605")
    assert finding.path == "env/pyvenv.cfg"
    assert finding.fix is not None
    assert finding.fix.path == ".gitignore"
    (shop / ".gitignore").write_text(apply("", [finding.fix]), encoding="utf-8")
    assert found(shop, "PG605") == []
    git(shop, "add", ".")
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=shop, check=True, capture_output=True, text=True
    )
    assert tracked.stdout.split() == [".gitignore", "pyproject.toml"]


def test_an_environment_that_only_this_machine_ignores(shop: Path) -> None:
    likeness(shop, ".venv")
    (shop / ".git/info/exclude").write_text(".venv/\n", encoding="utf-8")
    assert found(shop, "PG605") == []


def test_an_environment_that_ignores_itself(shop: Path) -> None:
    (likeness(shop, ".venv") / ".gitignore").write_text("*\n", encoding="utf-8")
    assert found(shop, "PG605") == []


def test_installed_packages_that_git_tracks(shop: Path) -> None:
    module = shop / "vendor/site-packages/rich/__init__.py"
    module.parent.mkdir(parents=True)
    module.touch()
    git(shop, "add", ".")
    (finding,) = found(shop, "PG605")
    assert finding.path == "vendor/site-packages/rich/__init__.py"


def test_a_lock_that_nobody_committed(shop: Path) -> None:
    (shop / "uv.lock").write_text(LOCK, encoding="utf-8")
    (finding,) = found(shop, "PG604")
    assert (finding.path, finding.line) == ("uv.lock", 1)
    assert "git add uv.lock" in finding.message
    git(shop, "add", "uv.lock")
    assert found(shop, "PG604") == []


def test_a_lock_that_is_tracked_though_a_pattern_ignores_it(shop: Path) -> None:
    (shop / "uv.lock").write_text(LOCK, encoding="utf-8")
    (shop / ".gitignore").write_text("*.lock\n", encoding="utf-8")
    (finding,) = found(shop, "PG604")
    assert (finding.path, finding.line) == (".gitignore", 1)
    git(shop, "add", "--force", "uv.lock")
    assert found(shop, "PG604") == []
