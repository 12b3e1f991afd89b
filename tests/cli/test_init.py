"""`pyguard init`: shown before it's written, and nothing of the user's is lost."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from pyguard_kernel.api import check_project
from pyguard_kernel.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "web-shop"
    folder.mkdir()
    return folder


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_without_a_yes_it_only_shows(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(["init", str(shop)]) == 1
    shown = capsys.readouterr()
    assert '+name = "web-shop"\n' in shown.out
    assert "nothing was written: --yes" in shown.err
    assert not files(shop)


def test_a_new_project_gets_all_that_it_needs(shop: Path) -> None:
    assert main(["init", str(shop), "--yes"]) == 0
    assert {
        ".dockerignore",
        ".github/dependabot.yml",
        ".github/workflows/ci.yml",
        ".gitignore",
        ".pre-commit-config.yaml",
        ".python-version",
        "Dockerfile",
        "pyproject.toml",
        "src/web_shop/__init__.py",
        "tests/unit/test_greeting.py",
    } <= files(shop)
    project = tomllib.loads((shop / "pyproject.toml").read_text())
    assert project["project"]["name"] == "web-shop"
    assert project["tool"]["pyguard"]["kind"] == "application"


def test_a_second_time_changes_nothing(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", str(shop), "--yes"])
    capsys.readouterr()
    assert main(["init", str(shop)]) == 0
    assert "Nothing to write" in capsys.readouterr().err


def test_a_new_project_runs_and_its_tests_pass(shop: Path) -> None:
    main(["init", str(shop), "--yes"])
    path = {"PYTHONPATH": str(shop / "src")}
    program = [sys.executable, "-m", "web_shop", "Ada"]
    done = subprocess.run(
        program, env=path, capture_output=True, text=True, check=True, cwd=shop
    )
    assert done.stdout == "Hello, Ada!\n"
    tests = [sys.executable, "-m", "pytest", "-q", "--override-ini=addopts="]
    subprocess.run(
        [*tests, "--import-mode=importlib", "-pno:cacheprovider", "-pno:asyncio"],
        env=path, check=True, cwd=shop, capture_output=True,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["application", "library"])
def test_a_new_project_breaks_no_rule_but_for_the_lock_that_uv_writes(
    shop: Path, kind: str
) -> None:
    main(["init", str(shop), "--yes", "--kind", kind])
    findings = check_project(shop, cache=False).findings
    assert {f.name for f in findings} <= {"missing-lockfile"}, findings


def test_a_library_gets_no_dockerfile(shop: Path) -> None:
    main(["init", str(shop), "--yes", "--kind", "library"])
    assert "Dockerfile" not in files(shop)
    assert ".github/workflows/image.yml" not in files(shop)


def test_an_existing_file_stays_unless_told(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "Dockerfile").write_text("FROM scratch\n")
    main(["init", str(shop), "--yes"])
    assert (shop / "Dockerfile").read_text() == "FROM scratch\n"
    assert "Dockerfile is there and differs; --overwrite" in capsys.readouterr().err
    main(["init", str(shop), "--yes", "--overwrite"])
    assert "USER 10001" in (shop / "Dockerfile").read_text()


def test_an_existing_pyproject_gets_the_tables_that_it_lacks(shop: Path) -> None:
    mine = '# ours\n[project]\nname = "till"\n\n[tool.ruff]\nline-length = 100\n'
    (shop / "pyproject.toml").write_text(mine)
    (shop / "till.py").write_text("")
    main(["init", str(shop), "--yes"])
    text = (shop / "pyproject.toml").read_text()
    assert text.startswith(mine)
    document = tomllib.loads(text)
    assert document["tool"]["ruff"] == {"line-length": 100}
    assert document["tool"]["mypy"]["strict"] is True
    assert "build-system" not in document
    assert not {f for f in files(shop) if f.startswith("src")}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--name", "2fast!"], "can't be a package's name"),
        (["--kind", "service"], "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str], said: str, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(shop), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_broken_pyproject_is_said_and_nothing_is_written(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "pyproject.toml").write_text("[project\n")
    assert main(["init", str(shop), "--yes"]) == 2
    assert "isn't valid TOML" in capsys.readouterr().err
    assert files(shop) == {"pyproject.toml"}


def test_beside_rules_of_ruff_that_are_there_ci_still_scans_the_code(
    shop: Path,
) -> None:
    (shop / "pyproject.toml").write_text(
        '[project]\nname = "till"\n[tool.ruff.lint]\nselect = ["E"]\n'
    )
    main(["init", str(shop), "--yes"])
    found = {f.name for f in check_project(shop, cache=False).findings}
    assert not {name for name in found if name.startswith("ci-without")}
