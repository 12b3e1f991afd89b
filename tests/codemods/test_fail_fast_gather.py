"""PG305 mended: gather returns exceptions, and a loop looks at each."""

import ast
import textwrap
from pathlib import Path

import pytest

from pyguard_kernel import check, fix

CASES = Path(__file__).parents[1] / "cases" / "concurrency" / "fail_fast_gather"
HEAD = "import asyncio\n\n\nasync def load(urls):\n"


def mend(body: str) -> str:
    """The body of a coroutine function, mended."""
    text = HEAD + textwrap.indent(textwrap.dedent(body), "    ")
    fixed = fix(text, select=["PG305"], unsafe=True)
    assert fix(fixed, select=["PG305"], unsafe=True) == fixed
    return textwrap.dedent(fixed.removeprefix(HEAD))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "for page in await asyncio.gather(*urls):\n    save(page)  # one\n",
            "for page in await asyncio.gather(*urls, return_exceptions=True):\n"
            "    if isinstance(page, BaseException):\n"
            "        raise page\n"
            "    save(page)  # one\n",
        ),
        (
            "pages = await asyncio.gather(a(), b())\n"
            "for url, page in zip(urls, pages):\n    save(url, page)\n",
            "pages = await asyncio.gather(a(), b(), return_exceptions=True)\n"
            "for url, page in zip(urls, pages):\n"
            "    if isinstance(page, BaseException):\n"
            "        raise page\n"
            "    save(url, page)\n",
        ),
        (
            "pages = await asyncio.gather(\n"
            "    a(),  # first\n"
            "    b(),\n"
            ")\n"
            "return [page.title for page in pages]\n",
            "pages = await asyncio.gather(\n"
            "    a(),  # first\n"
            "    b(),\n"
            "    return_exceptions=True,\n"
            ")\n"
            "return [page.title for page in pages]\n",
        ),
        (
            "return dict(zip(urls, await asyncio.gather(\n"
            "    *urls, return_exceptions=False\n"
            ")))\n",
            "return dict(zip(urls, await asyncio.gather(\n"
            "    *urls, return_exceptions=True\n"
            ")))\n",
        ),
        (
            "for rank, page in enumerate(await asyncio.gather(\n    *urls,\n)):\n"
            "    save(rank, page)\n",
            "for rank, page in enumerate(await asyncio.gather(\n"
            "    *urls,\n"
            "    return_exceptions=True,\n"
            ")):\n"
            "    if isinstance(page, BaseException):\n"
            "        raise page\n"
            "    save(rank, page)\n",
        ),
    ],
)
def test_exceptions_are_asked_for(before: str, after: str) -> None:
    assert mend(before) == after


def test_results_needed_together_stay_as_they_are() -> None:
    body = "name, photo = await asyncio.gather(a(), b())\nreturn name, photo\n"
    assert mend(body) == body


@pytest.mark.parametrize("path", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
def test_the_cases_end_clean_and_are_mended_once(path: Path) -> None:
    fixed = fix(path.read_text(encoding="utf-8"), select=["PG305"], unsafe=True)
    ast.parse(fixed)
    assert not check(fixed, select=["PG305"])
    assert fix(fixed, select=["PG305"], unsafe=True) == fixed
