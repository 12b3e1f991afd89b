"""What the packaging standards say of a text."""

from __future__ import annotations

import pytest

from pyguard_kernel.project._standards import (
    fault_of_requirement,
    is_license,
    is_range,
    is_version,
    same_range,
    with_lower_bound,
)


def test_texts_that_are_what_they_should_be() -> None:
    assert is_version("1.2.0rc1")
    assert not is_version("1.0-final")
    assert is_range(">=3.12,<4")
    assert not is_range("3.12+")
    assert is_license("MIT OR Apache-2.0")
    assert not is_license("Apache 2.0")


def test_a_range_is_the_same_however_it_is_written() -> None:
    assert same_range(">=1.0, <2", "<2.0,>=1")
    assert not same_range(">=1", ">=1.1")
    assert same_range("not valid", ">=1")  # that is said elsewhere


def test_why_a_requirement_is_none() -> None:
    assert fault_of_requirement("httpx[http2]>=0.28,<1; python_version > '3'") == ""
    assert fault_of_requirement("httpx=0.28").startswith("expected")


@pytest.mark.parametrize(
    ("asked", "bounded"),
    [
        ("flit_core", "flit_core>=3.12,<5"),
        ("flit-core<4", "flit-core>=3.12,<4"),
        ("flit_core<3", ""),
        ("flit_core; python_version > '3'", ""),
        ("flit_core >> 3", ""),
    ],
)
def test_a_lower_bound_is_added(asked: str, bounded: str) -> None:
    assert with_lower_bound(asked, "flit_core>=3.12,<5") == bounded
