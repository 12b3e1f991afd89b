import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard_kernel.model import Finding, Level
from pyguard_kernel.report import github
from pyguard_kernel.report.outcome import Outcome

type Make[T] = Callable[..., T]


def understood(line: str) -> tuple[str, dict[str, str], str]:
    """(command, properties, message), read by the rules of GitHub's runner."""
    match = re.fullmatch(r"::(\w+) ([^\n\r]*?)::([^\n\r]*)", line)
    assert match, line

    def data(text: str) -> str:
        return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")

    pairs = (pair.split("=", 1) for pair in match[2].split(","))
    properties = {
        key: data(value.replace("%3A", ":").replace("%2C", ",")) for key, value in pairs
    }
    return match[1], properties, data(match[3])


@given(st.text(), st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_message_and_name_arrive_whole(
    finding: Make[Finding], outcome: Make[Outcome], message: str, path: str
) -> None:
    found = finding(message=message, path=f"src/{path}.py")
    (line,) = github.render(outcome(found)).split("\n")[:-1]
    command, properties, said = understood(line)
    assert command == "error"
    assert said == message
    assert properties["file"] == f"src/{path}.py"
    assert properties["title"] == "PG206 bare-except"


def test_a_place_on_one_line_has_columns_and_one_over_many_has_none(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    one, many = finding(3, 5), finding(3, 5, end_line=6, end_column=2)
    lines = github.render(outcome(one, many)).splitlines()
    assert "line=3,endLine=3,col=5,endColumn=11," in lines[0]
    assert "line=3,endLine=6,title=" in lines[1]


def test_a_preference_only_warns(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    assert github.render(outcome(finding(level=Level.PREFER))).startswith("::warning ")


NOTEBOOK = """{
 "cells": [
  {"cell_type": "markdown", "source": ["# Title"]},
  {
   "cell_type": "code",
   "source": [
    "try:\\n",
    "    work()\\n",
    "except:\\n",
    "    pass"
   ]
  }
 ]
}
"""


def test_in_a_notebook_the_line_is_the_one_of_the_file(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    found = finding(3, 1, path="nb.ipynb", cell=2)
    line = github.render(outcome(found, texts={"nb.ipynb": NOTEBOOK}))
    _, properties, message = understood(line.rstrip("\n"))
    number = int(properties["line"])
    assert NOTEBOOK.split("\n")[number - 1].strip() == '"except:\\n",'
    assert message.endswith("(cell 2, line 3)")
    assert "col" not in properties


def test_what_github_will_not_show_is_counted(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    errors = [finding(n) for n in range(1, 13)]
    warnings = [finding(n, level=Level.PREFER, code="PG999") for n in range(1, 5)]
    lines = github.render(outcome(*errors, *warnings)).splitlines()
    assert len(lines) == 17
    assert lines[-1] == (
        "::notice title=PyGuard::GitHub shows 14 of 16 findings here; the log has all"
        " of them. By rule: 12 PG206 bare-except, 4 PG999 bare-except."
    )
    assert "::notice" not in github.render(outcome(*errors[:10], *warnings))


def test_paths_start_at_the_repository(
    finding: Make[Finding],
    outcome: Make[Outcome],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    make = outcome(finding())
    (tmp_path / "service").mkdir()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path / "service")
    assert "file=service/a.py," in github.render(make)


def test_the_job_summary_holds_counts_and_places(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    summary = github.job_summary(outcome(finding(message="a | b <c>"), finding(2)))
    assert "2 findings; 2 rules ran on 3 files." in summary
    assert "| 2 | PG206 | bare-except |" in summary
    assert "| a.py:1:1 | PG206 bare-except | a \\| b &lt;c> |" in summary
    many = github.job_summary(outcome(*[finding(n) for n in range(1, 1500)]))
    assert many.count("| a.py:") == 1000
    assert "the log has all of them" in many
