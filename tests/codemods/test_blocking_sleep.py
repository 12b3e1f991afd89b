"""PG306 mended: the coroutine waits, and the others go on."""

from pathlib import Path

import pytest

from pyguard_kernel import check, fix

CASES = Path(__file__).parents[1] / "cases" / "concurrency" / "blocking_sleep"


def mend(text: str) -> str:
    return fix(text, select=["PG306"], unsafe=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import time\n\nasync def poll():\n    time.sleep(2)  # a while\n",
            "import time\nimport asyncio\n\n"
            "async def poll():\n    await asyncio.sleep(2)  # a while\n",
        ),
        (
            "import asyncio\nfrom time import sleep\n\n\n"
            "async def poll(n):\n    sleep(\n        2**n\n    )\n",
            "import asyncio\nfrom time import sleep\n\n\n"
            "async def poll(n):\n    await asyncio.sleep(\n        2**n\n    )\n",
        ),
        (
            "import time as clock\nimport trio\n\n\nasync def poll():\n"
            "    clock.sleep(1)\n    return clock.time()\n",
            "import time as clock\nimport trio\n\n\nasync def poll():\n"
            "    await trio.sleep(1)\n    return clock.time()\n",
        ),
        (
            "import asyncio, time\nasync def poll(ns):\n"
            "    return [time.sleep(n) for n in ns]\n",
            "import asyncio, time\nasync def poll(ns):\n"
            "    return [await asyncio.sleep(n) for n in ns]\n",
        ),
    ],
)
def test_the_sleep_is_awaited(before: str, after: str) -> None:
    assert mend(before) == after


def test_several_sleeps_are_mended_together() -> None:
    body = "async def poll():\n    time.sleep(1)\n    time.sleep(2)\n"
    mended = mend(f"import asyncio\nimport time\n{body}")
    assert "    await asyncio.sleep(1)\n    await asyncio.sleep(2)\n" in mended


def test_a_sleep_with_unknown_arguments_is_left() -> None:
    text = "import time\nasync def poll(args):\n    time.sleep(*args)\n"
    assert mend(text) == text


@pytest.mark.parametrize("path", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
def test_the_cases_end_clean(path: Path) -> None:
    once = mend(path.read_text(encoding="utf-8"))
    assert mend(once) == once
    assert not check(once, select=["PG306"])
