"""PG305 mended: gather returns exceptions, and a loop looks at each."""

import textwrap

import pytest

from pyguard_kernel import fix

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
