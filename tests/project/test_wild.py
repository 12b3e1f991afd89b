"""Names of which a part isn't known."""

from __future__ import annotations

import pytest

from pyguard_kernel.project._wild import blurred, meant, words_of

KNOWN = ["py312-mypy", "py313-mypy", "py313", "pypy3", "pylint", "lint"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lint", ["lint"]),
        ("$PY-mypy", ["py312-mypy", "py313-mypy"]),
        ("${{ matrix.env }}", KNOWN),
        ("py${{ matrix.v }}", ["py312-mypy", "py313-mypy", "py313", "pypy3"]),
        ("py$(echo 3.13 | tr -d .)-mypy", ["py312-mypy", "py313-mypy"]),
        ("unknown", ["unknown"]),
        ("${X}-docs", []),
    ],
)
def test_a_name_means_those_that_fit(name: str, expected: list[str]) -> None:
    assert meant(blurred(name), KNOWN) == expected


def test_an_expression_is_one_word() -> None:
    assert words_of("a ${{ b || c }}-d e") == ["a", "${{ b || c }}-d", "e"]
