"""A project in a folder, and `pyguard` run in it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pyguard_kernel.cli import main

# Rules of code alone: what a project lacks is another matter.
SETTINGS = '[tool.pyguard]\nselect = ["PG2", "PG3"]\n'
BAD = "try:\n    work()\nexcept:\n    handle()\n"


class Ran(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str


type Pyguard = Callable[..., Ran]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with one bare except in bad.py, and a clean file."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "good.py").write_text("x = 1\n")
    return tmp_path


@pytest.fixture
def pyguard(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Pyguard:
    """Runs a command line in the project, standard input as given."""

    def run(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(list(words))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run
