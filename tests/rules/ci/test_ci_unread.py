"""Where a file of CI can't be read, nobody says what CI lacks."""

from __future__ import annotations

import pytest

from pyguard_kernel.model import Verdict
from pyguard_kernel.scan import check_texts
from pyguard_kernel.settings import Settings

FLOW = """\
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: tox
"""
GATES = ("PG1002", "PG1003", "PG1004", "PG1005", "PG1006", "PG1007")


@pytest.mark.parametrize(
    "files",
    [
        {".github/workflows/ci.yml": "on: pull_request\njobs: ["},
        {".gitlab-ci.yml": "lint: *nothing"},
        {".github/workflows/ci.yml": FLOW, "tox.ini": "[testenv\nx = y"},
        {".github/workflows/ci.yml": FLOW, ".github/workflows/lint.yml": "jobs: ["},
    ],
)
def test_what_may_stand_in_a_broken_file_is_not_called_absent(
    files: dict[str, str],
) -> None:
    texts = {path: text.encode() for path, text in files.items()}
    texts["pyproject.toml"] = b"[project]"
    result = check_texts(texts, Settings().with_options(select=GATES))
    (broken,) = result.findings
    assert (broken.code, broken.path) == ("PG000", [*files][-1])
    verdicts = {code: answer.verdict for code, answer in result.answers.items()}
    assert verdicts == dict.fromkeys(GATES, Verdict.NOT_RUN)


def test_a_broken_tox_ini_hides_nothing_where_no_ci_calls_it() -> None:
    texts = {"pyproject.toml": b"[project]", "tox.ini": b"[testenv\nx = y"}
    result = check_texts(texts, Settings().with_options(select=GATES))
    assert {f.code for f in result.findings} == {"PG000", *GATES}
