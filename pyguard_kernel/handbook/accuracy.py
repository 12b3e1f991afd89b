"""What each rule found in code that nobody here wrote, as it was read, in tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.docutils import SphinxDirective

from pyguard_kernel.registry import find_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx


@dataclass(frozen=True, slots=True)
class Review:
    """One rule's outcome over the packages that were read.

    `found` maps a package and its version to the number of findings; of `read` of them
    (all, or thirty and more spread over the packages), so many were `true`,
    `arguable` or `false`. `mended` names false alarms that are gone, `missed` where
    missed ones were looked for, `limits` what is known to stay.
    """

    code: str
    found: dict[str, int]
    read: int
    true: int
    arguable: int
    false: int
    mended: tuple[str, ...]
    missed: tuple[str, ...]
    limits: tuple[str, ...]

    @property
    def right(self) -> float:
        """The share of what was read that is true or arguable; 1 where none was."""
        return (self.true + self.arguable) / self.read if self.read else 1.0


def reviews(folder: Path) -> list[Review]:
    """The reviews kept in a folder, one file a rule, in the order of codes.

    Raises:
        ValueError: a file isn't a review; the message names it.
    """
    found = [_review(file) for file in folder.glob("*.json")]
    return sorted(found, key=lambda review: int(review.code.removeprefix("PG")))


def _review(file: Path) -> Review:
    try:
        said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        for key in ("mended", "missed", "limits"):
            said[key] = tuple(said[key])
        return Review(**said)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file.name} isn't a review of a rule: {error}") from None


def tables(found: Sequence[Review]) -> Iterator[str]:
    """The lines of Markdown tables, and what is known to stay."""
    yield "| rule | read | true | arguable | false | true or arguable |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for review in found:
        figures = f"{review.read} | {review.true} | {review.arguable} | {review.false}"
        share = f"{review.right:.0%}" if review.read else "-"
        yield f"| {_link(review.code)} | {figures} | {share} |"
    yield ""
    for _, chapter in groupby(found, key=lambda review: review.code[:-2]):
        yield from _counts(list(chapter))
    for review in found:
        yield f"**{_link(review.code)}**"
        yield ""
        for title, items in (
            ("False alarms mended", review.mended),
            ("Missed alarms, looked for", review.missed),
            ("Known to stay", review.limits),
        ):
            if items:
                yield f"- {title}: {'; '.join(items)}."
        yield ""


def _counts(chapter: Sequence[Review]) -> Iterator[str]:
    """How much each rule of a chapter found in each package."""
    packages = sorted({name for review in chapter for name in review.found})
    yield f"| findings in | {' | '.join(review.code for review in chapter)} |"
    yield f"| --- | {' | '.join('---:' for _ in chapter)} |"
    for name in packages:
        # A package that the rule wasn't run over has no figure, not 0.
        counts = " | ".join(str(review.found.get(name, "")) for review in chapter)
        yield f"| {name} | {counts} |"
    yield ""


def _link(code: str) -> str:
    rule = find_rule(code)
    if rule is None:
        return code
    return f"[{code} {rule.name}](/{rule.chapter}/{rule.name})"


class Accuracy(SphinxDirective):
    """`{accuracy} FOLDER`: the reviews in a folder beside the page, as tables."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The tables; a broken review is an error of the page."""
        page = Path(self.env.doc2path(self.env.docname))
        folder = page.parent / self.arguments[0]
        for file in folder.glob("*.json"):
            self.env.note_dependency(str(file))
        try:
            lines = tables(reviews(folder))
            return self.parse_text_to_nodes("\n".join(lines))
        except ValueError as error:
            raise self.error(str(error)) from error


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directive known to Sphinx."""
    app.add_directive("accuracy", Accuracy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
