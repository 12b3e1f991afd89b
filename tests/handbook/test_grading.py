import time
from typing import Any

import pytest

from pyguard_kernel.handbook.grading import run_asserts


def hint(source: str, seconds: float = 5, **names: Any) -> str | None:
    return run_asserts(source, names, seconds=seconds)


def test_no_hint_where_all_asserts_hold() -> None:
    assert hint("assert answer() == 42, 'no'", answer=lambda: 42) is None


def test_the_message_of_the_first_failing_assert_is_the_hint() -> None:
    source = "assert x == 1, 'first'\nassert x == 2, 'second'\nassert x == 3, 'third'"
    assert hint(source, x=1) == "second"


def test_an_assert_without_a_message_shows_itself() -> None:
    assert hint("x = 1\nassert x == 2") == "AssertionError at `assert x == 2`"


def test_an_error_is_told_with_the_line_of_the_check_that_met_it() -> None:
    def broken() -> None:
        raise ValueError("no such order")

    source = "x = 1\nbroken()\n"
    assert hint(source, broken=broken) == "ValueError at `broken()`: no such order"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_nothing_gets_out(error: type[BaseException]) -> None:
    def leave() -> None:
        raise error

    assert hint("leave()", leave=leave) == f"{error.__name__} at `leave()`"


def test_a_check_that_does_not_parse_is_told_too() -> None:
    assert (hint("assert ==") or "").startswith("SyntaxError")


def test_a_check_may_await() -> None:
    source = "import asyncio\nawait asyncio.sleep(0)\nassert 1 == 2, 'after the wait'"
    assert hint(source) == "after the wait"


def test_a_check_that_hangs_ends() -> None:
    source = "import asyncio\nawait asyncio.Event().wait()"
    began = time.monotonic()
    assert hint(source, seconds=0.2) == "it had not ended after 0.2 seconds"
    assert time.monotonic() - began < 2


def test_what_it_prints_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    assert hint("import sys\nprint('out')\nprint('err', file=sys.stderr)") is None
    assert capsys.readouterr() == ("", "")


def test_the_names_are_the_cells_own() -> None:
    names: dict[str, Any] = {"calls": []}
    assert run_asserts("calls.append(1)\nseen = len(calls)", names, seconds=5) is None
    assert names["seen"] == 1
