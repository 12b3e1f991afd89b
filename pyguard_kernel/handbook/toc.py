"""The table of contents, written from the rules and the guide's pages."""

from __future__ import annotations

import sys
from pathlib import Path

from pyguard_kernel.handbook.pages import BOOK
from pyguard_kernel.model import CHAPTERS
from pyguard_kernel.registry import all_rules

TOC = "_toc.yml"


def write_toc(root: Path) -> bool:
    """Write the table of contents; return whether it changed."""
    text = toc(root)
    file = root / TOC
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return False
    file.write_text(text, encoding="utf-8")
    return True


def toc(root: Path) -> str:
    """The table of contents that the rules and the guide's pages ask for, as YAML."""
    lines = ["# Written by `pyguard handbook sync`.", "format: jb-book", "root: index"]
    lines += ["parts:", "- caption: Guide", "  chapters:"]
    lines += [f"  - file: guide/{path.stem}" for path in _guide(root)]
    lines += ["- caption: Rules", "  chapters:", "  - file: rules"]
    for chapter in CHAPTERS:
        rules = [rule for rule in all_rules() if rule.chapter == chapter]
        if rules:
            lines += [f"  - file: {chapter}/index", "    sections:"]
            for rule in rules:
                lines += [f"    - file: {rule.page.removesuffix('.html')}"]
                lines += [f"      title: {rule.code} {rule.name}"]
    lines += ["- caption: The source", "  chapters:", "  - file: statements"]
    return "\n".join(lines) + "\n"


def _guide(root: Path) -> list[Path]:
    pages = (root / BOOK / "guide").glob("*.md")
    return sorted(pages, key=lambda path: (_order(path), path.stem))


def _order(path: Path) -> int:
    """What the page says of its place, `order: 30` in its head; else the last."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if lines[:1] == ["---"]:
        for line in lines[1 : lines.index("---", 1)]:
            key, _, value = line.partition(":")
            if key == "order" and value.strip().isdecimal():
                return int(value)
    return sys.maxsize
