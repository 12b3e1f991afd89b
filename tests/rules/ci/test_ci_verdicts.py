"""What the rules of CI come to where files don't show all of it."""

from __future__ import annotations

import pytest

from pyguard_kernel.model import Verdict
from pyguard_kernel.scan import check_texts
from pyguard_kernel.settings import Settings

CODES = [f"PG100{number}" for number in range(2, 8)]
BROKEN = "on: push\njobs:\n  lint: [\n"
LINTS = "on: push\njobs: {a: {steps: [{run: ruff check}, {run: pytest}]}}"
CALLS = "on: push\njobs: {a: {uses: acme/ci/.github/workflows/py.yml@v1}}"


def verdicts(**files: str) -> dict[str, tuple[Verdict, str]]:
    texts = {f".github/workflows/{name}.yml": text for name, text in files.items()}
    data = {path: text.encode() for path, text in texts.items()}
    result = check_texts(
        {"a.py": b"", **data}, Settings().with_options(select=["PG10"])
    )
    return {code: (a.verdict, a.reason) for code, a in result.answers.items()}


def test_what_is_seen_beside_counts() -> None:
    for hidden in (BROKEN, CALLS):
        verdict, _ = verdicts(lint=hidden, ci=LINTS)["PG1002"]
        assert verdict is Verdict.PASSED


@pytest.mark.parametrize("code", CODES)
def test_a_workflow_of_others_is_no_absence(code: str) -> None:
    verdict, reason = verdicts(ci=CALLS)[code]
    assert verdict is Verdict.SKIPPED
    assert "acme/ci/.github/workflows/py.yml" in reason


@pytest.mark.parametrize("code", CODES)
def test_without_any_ci_each_fails(code: str) -> None:
    assert verdicts()[code][0] is Verdict.FAILED


def test_gates_are_skipped_where_there_is_no_ci() -> None:
    assert verdicts()["PG1008"] == (Verdict.SKIPPED, "the project has no ci")
