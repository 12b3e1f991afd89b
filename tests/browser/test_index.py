"""The index of rules: filters that narrow it, and an address that says how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyguard_kernel.registry import all_rules

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = all_rules()


def shown(page: Page) -> list[str]:
    rows = page.locator(".pyguard-index tbody tr:visible td:first-child")
    return [text.strip() for text in rows.all_text_contents()]


def test_all_rules_stand_in_the_index(page: Page) -> None:
    page.goto("/rules.html")
    assert shown(page) == [rule.code for rule in RULES]


@pytest.mark.parametrize(
    ("label", "value", "wanted"),
    [
        ("Level", "never", {r.code for r in RULES if r.level == "NEVER"}),
        ("Chapter", "ci", {r.code for r in RULES if r.chapter == "ci"}),
        ("Found by", "ruff", {r.code for r in RULES if "ruff" in r.kinds}),
        ("Mended", "no", {r.code for r in RULES if r.fix == "no"}),
    ],
)
def test_a_choice_narrows_the_index_and_stands_in_the_address(
    page: Page, label: str, value: str, wanted: set[str]
) -> None:
    page.goto("/rules.html")
    choice = page.locator("label", has_text=label).locator("select")
    choice.select_option(value)
    assert set(shown(page)) == wanted
    assert f"={value}" in page.url
    page.reload()
    assert set(shown(page)) == wanted
    count = page.locator("output").first.text_content()
    assert count == f"{len(wanted)} of {len(RULES)} rules"


def test_words_narrow_the_index(page: Page) -> None:
    page.goto("/rules.html")
    page.locator("input[type=search]").last.fill("bare except")
    assert "PG206" in shown(page)
    assert len(shown(page)) < len(RULES)


def test_a_rule_is_a_link_to_its_page(page: Page) -> None:
    page.goto("/rules.html")
    page.get_by_role("link", name="bare-except").first.click()
    assert page.url.endswith("/exceptions/bare-except.html")
    assert page.locator(".pyguard-card").first.is_visible()


def test_a_page_for_each_rule_is_read_without_asking_another_host(page: Page) -> None:
    for rule in RULES:
        page.goto(f"/{rule.page}")
        assert page.locator("article h1").first.is_visible()
