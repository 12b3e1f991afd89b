"""PG202 mended: the clauses get a star."""

import ast
from pathlib import Path

import pytest

from pyguard_kernel import fix

CASES = Path(__file__).parents[1] / "cases" / "exceptions" / "unstarred_group_except"

GROUP = """\
import asyncio

async def load(urls):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(urls.pop())
"""


def mend(text: str) -> str:
    return fix(text, select=["PG202"], unsafe=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            GROUP + "    except OSError:  # no network\n        pass\n",
            GROUP + "    except* OSError:  # no network\n        pass\n",
        ),
        (
            GROUP + "    except (OSError, KeyError) as e:\n        log(e)\n",
            GROUP + "    except* (OSError, KeyError) as e:\n        log(e)\n",
        ),
        (
            GROUP
            + "    except OSError:\n        a()\n    except KeyError:\n        b()\n"
            + "    else:\n        c()\n    finally:\n        d()\n",
            GROUP
            + "    except* OSError:\n        a()\n    except* KeyError:\n        b()\n"
            + "    else:\n        c()\n    finally:\n        d()\n",
        ),
        (
            "try:\n    run()\nexcept ExceptionGroup as e:\n    log(e.exceptions)\n",
            "try:\n    run()\nexcept* Exception as e:\n    log(e.exceptions)\n",
        ),
        (
            "try:\n    run()\nexcept (BaseExceptionGroup, ValueError):\n    stop()\n",
            "try:\n    run()\nexcept* (BaseException, ValueError):\n    stop()\n",
        ),
    ],
)
def test_the_clauses_get_a_star(before: str, after: str) -> None:
    assert mend(before) == after
    assert mend(after) == after


@pytest.mark.parametrize(
    "text",
    [
        # `except*` may not be left by return, break or continue.
        GROUP + "    except OSError:\n        return None\n",
        # A group has no errno.
        GROUP + "    except OSError as e:\n        log(e.errno)\n",
        # Starred, the other clause would raise the cancellation inside of a group.
        GROUP
        + "    except OSError:\n        pass\n"
        + "    except asyncio.CancelledError:\n        raise\n",
        # A starred clause needs a type.
        GROUP + "    except OSError:\n        pass\n    except:\n        raise\n",
        # `except* Group` would fail when it runs.
        "from builtins import ExceptionGroup as Group\n"
        "try:\n    run()\nexcept Group:\n    stop()\n",
    ],
)
def test_what_cannot_have_a_star_stays(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize("path", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
def test_the_cases_are_mended_once(path: Path) -> None:
    once = fix(path.read_text(encoding="utf-8"), select=["PG202"], unsafe=True)
    ast.parse(once)
    assert fix(once, select=["PG202"], unsafe=True) == once
