"""A rule's card and a cell's findings, as plain text and as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyguard_kernel.model import Finding, Rule

FIXABLE = {
    "yes": "by machine",
    "some": "by machine for some findings",
    "no": "by hand",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What IPython's `display` draws: one text, one HTML, and data for our tests."""

    text: str
    html: str
    metadata: dict[str, object]

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, object]]:
        bundle = {"text/plain": self.text, "text/html": self.html}
        return bundle, {"pyguard": self.metadata}


def pieces(text: str) -> list[tuple[bool, str]]:
    """A sentence cut at its backticks: (whether it is code, the piece)."""
    cut = re.split(r"`([^`]+)`", text)
    return [(i % 2 == 1, piece) for i, piece in enumerate(cut) if piece]


def _html(text: str) -> str:
    return "".join(
        f"<code>{escape(piece)}</code>" if is_code else escape(piece)
        for is_code, piece in pieces(text)
    )


def how_found(rule: Rule) -> str:
    """In words: by ruff (with its codes), by PyGuard's own reading, by people."""
    ways = []
    if "ruff" in rule.kinds:
        ways.append(f"ruff ({', '.join(rule.ruff_codes)})")
    if "ast" in rule.kinds:
        ways.append("PyGuard's own reading of the syntax tree")
    if "project" in rule.kinds:
        ways.append("PyGuard's own reading of the project's files")
    if "attest" in rule.kinds:
        ways.append("an answer that somebody signs")
    return " and ".join(ways)


def rule_card(rule: Rule) -> Shown:
    """The card that heads a rule's page: all that the registry knows of it."""
    facts = [
        ("Found by", how_found(rule)),
        ("Mended", FIXABLE[rule.fix]),
        ("Answers", f"statement {', '.join(rule.statements)}"),
        ("Since", rule.since),
    ]
    references = [f"{r.title} <{r.url}> (read {r.checked})" for r in rule.references]
    text = [
        f"{rule.code} {rule.name} ({rule.level})",
        rule.summary,
        "",
        rule.why,
        "",
        *(f"{term}: {value}" for term, value in facts),
        *(f"Reference: {line}" for line in references),
    ]
    terms = "".join(f"<dt>{t}</dt><dd>{escape(v)}</dd>" for t, v in facts)
    links = "".join(
        f'<li><a href="{escape(r.url)}">{escape(r.title)}</a>'
        f" <small>read {escape(r.checked)}</small></li>"
        for r in rule.references
    )
    html = (
        '<div class="pyguard-card">'
        f"<p><code>{rule.code}</code> <strong>{rule.name}</strong>"
        f' <span class="pyguard-level">{rule.level}</span></p>'
        f"<p><strong>{_html(rule.summary)}</strong></p>"
        f"<p>{_html(rule.why)}</p>"
        f"<dl>{terms}</dl><ul>{links}</ul></div>"
    )
    return Shown("\n".join(text), html, {"card": rule.code})


def cell_findings(findings: Sequence[Finding]) -> Shown:
    """What stands under a cell: its findings by line, or that there are none."""
    metadata: dict[str, object] = {"findings": [[f.code, f.line] for f in findings]}
    if not findings:
        html = '<div class="pyguard-clean">PyGuard: no findings</div>'
        return Shown("PyGuard: no findings", html, metadata)
    head = f"PyGuard: {_count(len(findings), 'finding')}"
    lines = [f"  line {f.line}: {f.code} {f.name}: {f.message}" for f in findings]
    items = "".join(
        f"<li>line {f.line}: <code>{f.code}</code> <strong>{f.name}</strong>:"
        f" {_html(f.message)}</li>"
        for f in findings
    )
    html = f'<div class="pyguard-findings">{head}<ul>{items}</ul></div>'
    return Shown("\n".join([head, *lines]), html, metadata)


def not_checked(error: BaseException) -> Shown:
    """What stands under a cell when the checker itself failed."""
    text = f"PyGuard could not check this cell: {type(error).__name__}: {error}"
    return Shown(text, f"<div>{escape(text)}</div>", {"error": type(error).__name__})


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
