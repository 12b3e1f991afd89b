"""The built site, page by page; it is built once for all workers."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from bs4 import BeautifulSoup

from pyguard_kernel.handbook.extension import numbers
from pyguard_kernel.handbook.site import build
from pyguard_kernel.model import PLANNED_RULES
from pyguard_kernel.registry import all_rules
from pyguard_kernel.statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Rule

ROOT = Path(__file__).parents[2]
PATIENCE = 300

# What a browser loads by itself; `a href` alone waits for a click.
LOADED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "form": "action",
}
ELSEWHERE = r"""["'`](?:https?:)?//\w"""
CSS_LOADS = re.compile(
    r"""url\(\s*["']?(?:https?:)?//"""
    rf"|@import\s*{ELSEWHERE}",
)
JS_LOADS = re.compile(
    rf"\b(?:import|from|importScripts|fetch|open)\s*\(?\s*{ELSEWHERE}"
    rf"|(?:src|href)\s*=\s*{ELSEWHERE}"
    r"""|https?://[^"'\s]*(?:unpkg|jsdelivr|cdnjs|googleapis)""",
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The site's folder, built with every warning an error."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "site"
    built = shared / "_build" / "html"
    done, failed = shared / "done", shared / "failed"
    try:
        shared.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE
        while not (done.exists() or failed.exists()):
            assert time.monotonic() < deadline, "another worker's build doesn't end"
            time.sleep(0.2)
        assert done.exists(), "the build failed in another worker"
        return built
    try:
        build(ROOT, shared)
    except BaseException:
        failed.touch()
        raise
    done.touch()
    return built


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    return [path for path in found if "_static" not in path.parts]


def _loads(page: BeautifulSoup) -> Iterator[str]:
    for name, attribute in LOADED.items():
        for tag in page.find_all(name):
            yield str(tag.get(attribute) or "")
    for tag in page.find_all("meta", {"http-equiv": "refresh"}):
        yield str(tag["content"]).partition("=")[2]


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for path in pages(site):
        page = soup(path)
        outside = [url for url in _loads(page) if urlsplit(url).netloc]
        assert not outside, path
        for tag in page.find_all(["style", "script"]):
            loads = CSS_LOADS if tag.name == "style" else JS_LOADS
            assert not loads.search(tag.get_text()), path
        for tag in page.find_all(style=True):
            assert not CSS_LOADS.search(str(tag["style"])), path


def test_no_style_or_script_loads_anything_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.css"):
        assert not CSS_LOADS.search(path.read_text(encoding="utf-8")), path
    for path in site.rglob("*.js"):
        assert not JS_LOADS.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    "text",
    [
        'import x from "https://cdn.example/x.js"',
        "import('//cdn.example/x.js')",
        'fetch("https://example.org")',
        's.src = "https://example.org/s.js"',
        'const THEBE = "https://unpkg.com/thebe@0.8.2/lib/index.js"',
    ],
)
def test_a_script_that_loads_from_elsewhere_is_seen(text: str) -> None:
    assert JS_LOADS.search(text)


@pytest.mark.parametrize(
    "text",
    [
        '@import "https://example.org/f.css"',
        "url(//example.org/f.woff)",
        "url('https://a')",
    ],
)
def test_a_style_that_loads_from_elsewhere_is_seen(text: str) -> None:
    assert CSS_LOADS.search(text)


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    anchors = {
        path.resolve(): {str(tag["id"]) for tag in soup(path).find_all(id=True)}
        for path in pages(site)
    }
    for path in pages(site):
        for tag in soup(path).find_all("a", href=True):
            url, fragment = urldefrag(str(tag["href"]))
            if urlsplit(url).scheme or tag["href"] == "#":
                continue
            target = (path.parent / unquote(url)).resolve() if url else path.resolve()
            assert target.exists(), f"{path}: {tag['href']}"
            if fragment and target in anchors:
                assert unquote(fragment) in anchors[target], f"{path}: {tag['href']}"


def test_the_index_holds_every_rule_without_a_script(site: Path) -> None:
    table = soup(site / "rules.html").select_one("table.pyguard-index")
    assert table is not None
    rows = table.select("tbody tr")
    assert len(rows) == len(all_rules())
    for row, rule in zip(rows, all_rules(), strict=True):
        assert {str(a["href"]) for a in row.select("a")} == {rule.page}
        assert rule.summary.replace("`", "") in row.get_text()
        assert {
            f"pyguard-level-{rule.level.lower()}",
            f"pyguard-chapter-{rule.chapter}",
            f"pyguard-fix-{rule.fix}",
            *(f"pyguard-found-{kind}" for kind in rule.kinds),
        } <= set(row["class"])


def test_the_statements_say_who_answers_and_what_is_only_planned(site: Path) -> None:
    table = soup(site / "statements.html").select_one("table.pyguard-statements")
    assert table is not None
    rows = table.select("tbody tr")
    assert len(rows) == len(statements())
    open_rows = table.select("tr.pyguard-open")
    assert len(open_rows) == numbers()["unanswered"]
    assert all("planned" in row.get_text() for row in open_rows)


def test_the_home_page_says_how_many_rules_there_are(site: Path) -> None:
    article = soup(site / "index.html").select_one("article")
    assert article is not None
    assert f"{len(all_rules())} of {PLANNED_RULES} rules" in article.get_text()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rules_page_shows_its_parts_and_can_be_searched(
    site: Path, rule: Rule
) -> None:
    page = soup(site / rule.page)
    for part in ("lesson", "bad", "good", "exercise", "check", "solution"):
        assert page.select(f".cell.tag_{part}"), part
    assert page.select(".pyguard-card")
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert f'"{rule.page.removesuffix(".html")}"' in index
