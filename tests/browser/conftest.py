"""The built handbook, served on loopback, in a real browser."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from pyguard_kernel.handbook.site import server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the site that `make handbook` built."""
    running = server(ROOT, 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; PYGUARD_BROWSER names another."""
    asked = os.environ.get("PYGUARD_BROWSER")
    path = asked or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no Chromium on the PATH: install it, or name one in PYGUARD_BROWSER"
    with sync_playwright() as playwright:
        # Containers have no user namespaces for Chromium's sandbox; our pages are ours.
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A fresh page that stays on the machine; an error of a script fails the test."""
    errors: list[str] = []
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda asked: _stay(asked.url, site, errors))
    yield page
    context.close()
    assert not errors


def _stay(url: str, site: str, errors: list[str]) -> None:
    if not url.startswith((site, "data:", "blob:")):
        errors.append(f"asked for {url}")
