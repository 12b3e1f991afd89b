"""PG303 mended: the coroutine is awaited where its function can wait."""

from pathlib import Path

import pytest

from pyguard_kernel import check, fix

CASES = Path(__file__).parents[1] / "cases" / "concurrency" / "unawaited_coroutine"
HEAD = "import asyncio\n\n\nasync def send(to):\n    await asyncio.sleep(0)\n\n\n"


def mend(text: str) -> str:
    fixed = fix(HEAD + text, select=["PG303"], unsafe=True)
    assert fixed.startswith(HEAD)
    return fixed.removeprefix(HEAD)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("send(1)  # now", "await send(1)  # now"),
        ("ok and send(1)", "ok and await send(1)"),
        ("send(1) if ok else None", "await send(1) if ok else None"),
        ("[send(n) for n in ok]", "[await send(n) for n in ok]"),
        ("(send(\n        1\n    ))", "(await send(\n        1\n    ))"),
        ("asyncio.Queue().put(send)", "await asyncio.Queue().put(send)"),
    ],
)
def test_the_call_is_awaited(before: str, after: str) -> None:
    frame = "async def use(ok):\n    {}\n    return ok\n"
    assert mend(frame.format(before)) == frame.format(after)


@pytest.mark.parametrize(
    "text",
    [
        "def use():\n    send(1)\n",
        "send(1)\n",
        "async def use():\n    def later():\n        send(1)\n    return later\n",
    ],
)
def test_code_that_cannot_await_is_left(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize("path", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
def test_the_cases_are_mended_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    once = fix(text, path.name, ["PG303"], unsafe=True)
    assert fix(once, path.name, ["PG303"], unsafe=True) == once
    left = check(once, path.name, ["PG303"])
    assert len(left) == 1  # in the one function that isn't a coroutine
