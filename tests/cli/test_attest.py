"""`pyguard attest`, as people and scripts run it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from pyguard_kernel.cli import main
from pyguard_kernel.settings import load

type Pyguard = Callable[..., tuple[int, str, str]]


class Terminal(io.StringIO):
    """Standard input where somebody sits."""

    def isatty(self) -> bool:
        return True


def test_without_a_rule_every_question_is_listed(pyguard: Pyguard) -> None:
    code, out, err = pyguard("attest")
    assert (code, err) == (0, "")
    assert "13.2.1 Response times and error rates are measured." in out
    assert "nobody answered yet" in out


def test_a_script_answers_with_options(project: Path, pyguard: Pyguard) -> None:
    words = ("--answer", "yes", "--who", "Ann", "--link", "docs/board.md")
    code, out, err = pyguard("attest", "13.2.1", *words)
    until = date.today() + timedelta(days=180)
    said = f"13.2.1 is answered yes by Ann, holds until {until}\n"
    assert (code, out, err) == (0, f"{project / 'pyproject.toml'}: {said}", "")
    signed = load(project).attest["13.2.1"]
    assert (signed.answer, signed.who, signed.link) == (True, "Ann", "docs/board.md")
    assert pyguard("attest")[1].count("attested, answered by Ann") == 1


def test_an_answer_may_end_sooner(project: Path, pyguard: Pyguard) -> None:
    words = ("--answer", "yes", "--who", "Ann", "--link", "x")
    soon = date.today() + timedelta(days=7)
    pyguard("attest", "13.2.5", *words, "--expires", str(soon))
    assert load(project).attest["13.2.5"].expires == soon


def test_people_are_asked(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("maybe\nyes\n\ndocs/board.md\nAnn\n"))
    assert main(["attest", "13.2.2"]) == 0
    out = capsys.readouterr().out
    assert "Do failed logins and odd behaviour reach somebody" in out
    assert load(project).attest["13.2.2"].who == "Ann"


def test_who_leaves_writes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (project / "pyproject.toml").read_text()
    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    assert main(["attest", "13.2.2"]) == 2
    assert "nothing is written" in capsys.readouterr().err
    assert (project / "pyproject.toml").read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["13.2.1"], "nobody is here to be asked"),
        (["13.2.1", ".", "--answer", "yes", "--who", "Ann"], "--link for a yes"),
        (["PG206"], "no question is asked for PG206, files answer it"),
        (["bare-excpt"], "did you mean PG206"),
        (["13.2.1", "nowhere"], "there is no such folder"),
        (
            ["13.2.1", "--answer", "no", "--who", "A\nB"],
            "must be one line of plain text",
        ),
        (
            ["13.2.1", "--answer", "no", "--who", "A", "--expires", "soon"],
            "must be a day such as",
        ),
        (
            ["13.2.1", "--answer", "no", "--who", "A", "--expires", "2020-01-31"],
            "2020-01-31 is past",
        ),
    ],
)
def test_misuse_is_told_and_nothing_is_written(
    project: Path, pyguard: Pyguard, words: list[str], said: str
) -> None:
    before = (project / "pyproject.toml").read_text()
    code, out, err = pyguard("attest", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert (project / "pyproject.toml").read_text() == before


def test_a_project_without_a_file_for_answers_is_told_how_to_get_one(
    project: Path, pyguard: Pyguard
) -> None:
    (project / "pyproject.toml").unlink()
    words = ("--answer", "no", "--who", "Ann")
    code, _, err = pyguard("attest", "13.2.1", *words)
    assert code == 2
    assert "`pyguard init` makes one" in err
