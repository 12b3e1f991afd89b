from pathlib import Path

import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

from pyguard_kernel.handbook.toc import TOC, write_toc
from pyguard_kernel.model import PLANNED_RULES
from pyguard_kernel.registry import all_rules
from pyguard_kernel.statements import answered_by, statements


@pytest.fixture
def root(tmp_path: Path) -> Path:
    guide = tmp_path / "book" / "guide"
    guide.mkdir(parents=True)
    guide.joinpath("last.md").write_text("---\norder: 90\n---\n# Last\n")
    guide.joinpath("zuerst.md").write_text("---\norder: 10\n---\n# First\n")
    return tmp_path


def test_the_contents_hold_the_guide_in_its_order_and_every_rule(root: Path) -> None:
    write_toc(root)
    documents = list(parse_toc_yaml(root / TOC))
    assert documents[:3] == ["index", "guide/zuerst", "guide/last"]
    assert {f"{name}.html" for name in documents} >= {r.page for r in all_rules()}


def test_writing_the_contents_again_changes_nothing(root: Path) -> None:
    assert write_toc(root)
    assert not write_toc(root)


def test_a_page_of_the_guide_that_names_no_place_is_the_last(root: Path) -> None:
    page = root / "book" / "guide" / "added.md"
    page.write_text("# Added\n")
    write_toc(root)
    assert list(parse_toc_yaml(root / TOC))[3] == "guide/added"


def test_there_are_178_statements_for_121_rules() -> None:
    assert len({s.number for s in statements()}) == len(statements()) == 178
    assert len({code for s in statements() for code in s.rules}) == PLANNED_RULES
    assert all(s.text.endswith(".") for s in statements())


def test_a_rule_may_answer_several_statements() -> None:
    assert [s.number for s in answered_by("PG206")] == ["2.2.3", "12.1.1"]
