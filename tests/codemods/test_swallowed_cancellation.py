"""PG203 mended: the cancellation is passed on."""

import ast
import textwrap
from pathlib import Path

import pytest

from pyguard_kernel import fix

CASES = Path(__file__).parents[1] / "cases" / "exceptions" / "swallowed_cancellation"

HEAD = "import asyncio\nfrom contextlib import suppress\n\n\nasync def work(job):\n"


def mend(body: str) -> str:
    """The body of a coroutine function, mended."""
    text = HEAD + textwrap.indent(textwrap.dedent(body), "    ")
    fixed = fix(text, select=["PG203"], unsafe=True)
    assert fix(fixed, select=["PG203"], unsafe=True) == fixed
    return textwrap.dedent(fixed.partition("async def work(job):\n")[2])


TRY = "try:\n    await job()\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            TRY + "except asyncio.CancelledError:  # stopped\n    pass\n",
            TRY + "except asyncio.CancelledError:  # stopped\n    raise\n",
        ),
        (
            TRY + "except asyncio.CancelledError: pass\n",
            TRY + "except asyncio.CancelledError:\n    raise\n",
        ),
        (
            TRY + "except asyncio.CancelledError:\n    job.close()\n    return None\n",
            TRY + "except asyncio.CancelledError:\n    job.close()\n    raise\n",
        ),
        (
            TRY + "except asyncio.CancelledError:\n    job.close()\n",
            TRY + "except asyncio.CancelledError:\n    job.close()\n    raise\n",
        ),
        (
            TRY + "except (OSError, asyncio.CancelledError):\n    job.close()\n",
            TRY + "except OSError:\n    job.close()\n",
        ),
        (
            TRY + "except BaseException:\n    job.close()\n",
            TRY + "except asyncio.CancelledError:\n    raise\n"
            "except BaseException:\n    job.close()\n",
        ),
        (
            "with suppress(asyncio.CancelledError):\n    # the job\n    await job()\n",
            "# the job\nawait job()\n",
        ),
        (
            "with suppress(OSError, asyncio.CancelledError):\n    await job()\n",
            "with suppress(OSError):\n    await job()\n",
        ),
        (
            "with job, suppress(asyncio.CancelledError):\n    await job()\n",
            "with job:\n    await job()\n",
        ),
        (
            TRY + "finally:\n    job.close()\n    return job  # done\n",
            TRY + "finally:\n    job.close()\nreturn job  # done\n",
        ),
        (
            TRY + "except OSError:\n    job.close()\nfinally:\n    return job\n",
            TRY + "except OSError:\n    job.close()\nreturn job\n",
        ),
        (TRY + "finally:\n    return job\n", "await job()\nreturn job\n"),
    ],
)
def test_the_cancellation_is_passed_on(before: str, after: str) -> None:
    assert mend(before) == after


@pytest.mark.parametrize(
    "body",
    [
        # Which of the paths should end is for people to say.
        TRY + "finally:\n    if job.bad:\n        return None\n",
        # What is raised instead has a reason that isn't known here.
        TRY + "except asyncio.CancelledError:\n    raise TimeoutError from None\n",
    ],
)
def test_what_people_must_decide_stays(body: str) -> None:
    assert mend(body) == body


def test_an_import_that_is_no_longer_used_goes() -> None:
    text = HEAD + "    with suppress(asyncio.CancelledError):\n        await job()\n"
    expected = "import asyncio\n\n\nasync def work(job):\n    await job()\n"
    assert fix(text, select=["PG203"], unsafe=True) == expected


@pytest.mark.parametrize("path", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
def test_the_cases_are_mended_once(path: Path) -> None:
    once = fix(path.read_text(encoding="utf-8"), select=["PG203"], unsafe=True)
    ast.parse(once)
    assert fix(once, select=["PG203"], unsafe=True) == once
