"""Every rule was tried on real code, and what was read of it adds up."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard_kernel.handbook.accuracy import Review, reviews, tables
from pyguard_kernel.registry import all_rules

FOLDER = Path(__file__).parents[2] / "book" / "guide" / "accuracy"
REVIEWS = {review.code: review for review in reviews(FOLDER)}


def test_every_rule_was_reviewed() -> None:
    assert REVIEWS.keys() == {rule.code for rule in all_rules()}


@pytest.mark.parametrize("review", REVIEWS.values(), ids=lambda review: review.code)
def test_the_figures_add_up(review: Review) -> None:
    assert review.true + review.arguable + review.false == review.read
    assert min(30, sum(review.found.values())) <= review.read


@pytest.mark.parametrize("review", REVIEWS.values(), ids=lambda review: review.code)
def test_nearly_all_that_was_read_is_true_or_arguable(review: Review) -> None:
    assert review.right >= 0.95


def test_a_review_becomes_figures_and_limits() -> None:
    review = Review("PG206", {"Django 6": 3}, 3, 2, 1, 0, (), ("grep",), ("none",))
    text = "\n".join(tables([review]))
    assert (
        "| [PG206 bare-except](/exceptions/bare-except) | 3 | 2 | 1 | 0 | 100% |"
        in (text)
    )
    assert "| findings in | PG206 |\n| --- | ---: |\n| Django 6 | 3 |\n" in text
    assert "- Known to stay: none." in text


def test_a_file_that_is_no_review_is_named(tmp_path: Path) -> None:
    (tmp_path / "PG999.json").write_text('{"code": "PG999"}')
    with pytest.raises(ValueError, match=r"PG999\.json isn't a review of a rule"):
        reviews(tmp_path)
