"""Pieces of the audit's page that several of its parts are made of."""

from __future__ import annotations

import hashlib
import re
from html import escape
from typing import TYPE_CHECKING

from pyguard_kernel.report.audit.told import WORDS
from pyguard_kernel.report.paint import printable

if TYPE_CHECKING:
    from pyguard_kernel.model import Verdict


def plain(text: str) -> str:
    """A text as HTML; what could do harm is a picture of itself."""
    return escape(printable(text))


def words(text: str) -> str:
    """A sentence as HTML, with what can be typed (in backticks) as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", plain(text))


def badge(verdict: Verdict, word: str | None = None) -> str:
    """A verdict in its word, and its colour."""
    return f'<span class="badge {verdict}">{escape(word or WORDS[verdict])}</span>'


def anchor(path: str) -> str:
    """The id of a file's findings; any path has one that is safe in HTML."""
    return "f" + hashlib.sha256(path.encode("utf-8", "replace")).hexdigest()[:12]
