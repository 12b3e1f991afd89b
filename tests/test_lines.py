import json
from pathlib import Path

import pytest

from pyguard_kernel.lines import Lines
from pyguard_kernel.model import Finding, Level


def at(path: str, line: int, cell: int | None = None) -> Finding:
    return Finding(
        "PG206", "bare-except", Level.NEVER, "", path, line, 1, line, 2, cell
    )


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_line_is_read_with_any_line_end_and_encoding() -> None:
    Path("a.py").write_bytes(b"# coding: latin-1\r\nname = '\xe9'\rend\n")
    lines = Lines()
    assert lines.at(at("a.py", 2)) == "name = 'é'"
    assert lines.at(at("a.py", 3)) == "end"
    assert lines.file_line(at("a.py", 3)) == 3


def test_a_line_of_a_notebook_is_counted_in_its_cell() -> None:
    cells = [{"source": ["# title"]}, {"source": ["%magic\n", "x = 1"]}]
    Path("a.ipynb").write_text(json.dumps({"cells": cells}, indent=1))
    lines = Lines()
    assert lines.at(at("a.ipynb", 1, cell=2)) == "%magic"
    written = Path("a.ipynb").read_text().split("\n")
    assert '"x = 1"' in written[lines.file_line(at("a.ipynb", 2, cell=2)) - 1]


def test_what_is_not_on_the_disk_can_be_given() -> None:
    lines = Lines({"stdin.py": b"one\ntwo\n"})
    assert lines.at(at("stdin.py", 2)) == "two"


@pytest.mark.parametrize("finding", [at("none.py", 1), at("b.py", 9), at("b.py", 1, 4)])
def test_a_line_that_is_not_there_is_empty(finding: Finding) -> None:
    Path("b.py").write_bytes(b"x\n")
    assert Lines().at(finding) == ""
    assert Lines().file_line(finding) >= 1


def test_a_file_that_python_refuses_is_shown_all_the_same() -> None:
    Path("a.py").write_bytes(b"x = 1\ny = '\xff'\0\n")
    assert Lines().at(at("a.py", 1)) == "x = 1"
    assert Lines().at(at("a.py", 2)).startswith("y = '\N{REPLACEMENT CHARACTER}'")
