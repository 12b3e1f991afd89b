"""Holds rules, pages, contents and the source's statements to one another."""

from __future__ import annotations

import ast
import datetime
import json
import re
import subprocess
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from pyguard_kernel import ruff
from pyguard_kernel.api import check, fix
from pyguard_kernel.handbook.pages import (
    FOLDED,
    Page,
    canonical,
    marks,
    page_files,
    read,
    tags,
)
from pyguard_kernel.handbook.running import executed
from pyguard_kernel.handbook.scaffold import CASES, RULES, unwritten
from pyguard_kernel.handbook.toc import TOC, toc
from pyguard_kernel.model import CHAPTERS, Rule
from pyguard_kernel.notebook import code_cells
from pyguard_kernel.registry import all_rules, find_rule
from pyguard_kernel.statements import answered_by, statements

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
PAGES = {path.stem: path for path in page_files(ROOT)}
ORDER = ("lesson", "bad", "good", "exercise", "check", "solution")

each_page = pytest.mark.parametrize("name", PAGES)
each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)

type Lines = dict[int, set[tuple[int, str]]]


@cache
def page_of(name: str) -> Page:
    return read(PAGES[name])


def rule_of(name: str) -> Rule:
    rule = find_rule(page_of(name).code)
    assert rule is not None, f"{PAGES[name]} names a rule that doesn't exist"
    return rule


@cache
def found_in(name: str, *select: str) -> Lines:
    """What is found on a page: cell -> {(line in the cell, code)}."""
    return _found(PAGES[name].read_text(encoding="utf-8"), *select)


def _found(notebook: str, *select: str) -> Lines:
    lines: Lines = defaultdict(set)
    for f in check(notebook, "page.ipynb", select=select):
        assert f.cell is not None
        lines[f.cell].add((f.line, f.code))
    return lines


def codes(found: set[tuple[int, str]]) -> set[str]:
    return {code for _, code in found}


# Rules, pages and contents are the same set.


def test_every_rule_has_its_page_and_every_page_its_rule() -> None:
    pages = {str(path.relative_to(ROOT / "book")) for path in PAGES.values()}
    assert pages == {rule.page.replace(".html", ".ipynb") for rule in all_rules()}


def test_the_table_of_contents_is_what_the_rules_ask_for() -> None:
    assert (ROOT / TOC).read_text(encoding="utf-8") == toc(ROOT), (
        "run `pyguard handbook sync`"
    )


@each_page
def test_a_page_stands_where_its_rule_does(name: str) -> None:
    page, rule = page_of(name), rule_of(name)
    assert (page.chapter, page.name) == (rule.chapter, rule.name)


@each_page
def test_a_page_has_its_parts_in_order(name: str) -> None:
    page = page_of(name)
    kinds = [kind for cell in page.notebook.cells for kind in tags(cell)]
    kinds = [kind for kind in kinds if kind not in FOLDED.values()]
    assert list(dict.fromkeys(kinds)) == list(ORDER)
    assert kinds == sorted(kinds, key=ORDER.index)
    assert [kinds.count(kind) for kind in ("lesson", "exercise", "check")] == [1, 1, 1]
    assert kinds.count("solution") == 1
    assert re.fullmatch(r"# [^\n]+", page.source(1))
    assert f'lesson("{page.code}")' in page.source(page.numbers("lesson")[0])


@each_page
def test_a_page_is_in_canonical_form(name: str) -> None:
    committed = PAGES[name].read_text(encoding="utf-8")
    assert canonical(page_of(name)) == committed, "run `pyguard handbook run`"


@each_page
def test_nothing_is_left_to_be_written(name: str) -> None:
    page = page_of(name)
    module = Path(page.chapter, name.replace("-", "_"))
    rule = (ROOT / RULES / module).with_suffix(".py")
    for path in (page.path, rule, *(ROOT / CASES / module).rglob("*.py")):
        assert not unwritten(path.read_text(encoding="utf-8")), path


# What the committed outputs show is what is so.


def _noted(cell: NotebookNode) -> list[dict[str, Any]]:
    notes = [o.get("metadata", {}).get("pyguard") for o in cell.outputs]
    return [note for note in notes if note is not None]


@each_page
def test_every_cell_was_run_and_shows_what_is_found_in_it(name: str) -> None:
    page = page_of(name)
    for number, cell in enumerate(page.notebook.cells, start=1):
        if cell.cell_type != "code" or {"lesson", "check"} & set(tags(cell)):
            continue
        shown = [note["findings"] for note in _noted(cell) if "findings" in note]
        expected = sorted([code, line] for line, code in found_in(name)[number])
        assert [sorted(lines) for lines in shown] == [expected], f"cell {number}"


@each_page
def test_the_card_is_the_rule_and_the_exercise_is_not_done_yet(name: str) -> None:
    page = page_of(name)
    card = page.notebook.cells[page.numbers("lesson")[0] - 1]
    assert _noted(card) == [{"card": page.code}]
    graded = page.notebook.cells[page.numbers("check")[0] - 1]
    (verdict,) = graded.outputs
    assert verdict.text.startswith("Exercise: not yet - ")


# Marks, and what is found.


@each_page
def test_bad_cells_have_the_marked_findings_and_no_others(name: str) -> None:
    page = page_of(name)
    marked_somewhere = False
    for number in page.numbers("bad"):
        marked = marks(page.source(number))
        found = {f for f in found_in(name)[number] if f[1] not in page.also}
        assert found == {m for m in marked if m[1] not in page.also}, f"cell {number}"
        marked_somewhere |= page.code in codes(marked)
    assert marked_somewhere, "no bad cell has a marked line"


@each_page
def test_without_its_rule_a_bad_cell_passes(name: str) -> None:
    page = page_of(name)
    others = [rule.code for rule in all_rules() if rule.code != page.code]
    for number in page.numbers("bad"):
        rest = codes(found_in(name, *others)[number])
        assert rest == codes(found_in(name)[number]) - {page.code}


@each_page
def test_good_cells_and_the_solution_are_clean(name: str) -> None:
    page = page_of(name)
    for number in page.numbers("good") + page.numbers("solution"):
        found = {f for f in found_in(name)[number] if f[1] not in page.also}
        assert not found, f"cell {number}"


@each_page
def test_the_exercise_holds_the_fault(name: str) -> None:
    page = page_of(name)
    assert page.code in codes(found_in(name)[page.numbers("exercise")[0]])


@each_page
def test_what_a_page_exempts_is_there_and_has_a_reason(name: str) -> None:
    page = page_of(name)
    cells = page.numbers("bad") + page.numbers("good") + page.numbers("solution")
    there = {code for number in cells for code in codes(found_in(name)[number])}
    for code, reason in page.also.items():
        assert code != page.code
        assert code in there, f"{code} isn't found: take it out of `also`"
        assert len(reason.split()) > 2, f"{code}: say why"


# Fixes do what the rule's card says.


def _fixed(name: str, notebook: str) -> str:
    code = page_of(name).code
    return fix(notebook, "page.ipynb", select=[code], unsafe=True)


@each_page
def test_a_fix_does_what_the_card_says(name: str) -> None:
    page, rule = page_of(name), rule_of(name)
    before = PAGES[name].read_text(encoding="utf-8")
    after = _fixed(name, before)
    bad = page.numbers("bad")
    left = sum(len(_found(after, rule.code)[number]) for number in bad)
    there = sum(len(found_in(name, rule.code)[number]) for number in bad)
    if rule.fix == "yes":
        assert left == 0
    elif rule.fix == "some":
        assert left < there
    else:
        assert after == before


@each_page
def test_a_fixed_page_still_parses_and_a_second_fix_changes_nothing(name: str) -> None:
    after = _fixed(name, PAGES[name].read_text(encoding="utf-8"))
    for _, source in code_cells(after):
        compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert _fixed(name, after) == after


# The solution is one.


@each_page
def test_with_the_solution_in_its_place_the_exercise_passes(name: str) -> None:
    page = page_of(name)
    notebook = nbformat.from_dict(page.notebook)
    solution = page.source(page.numbers("solution")[0])
    notebook.cells[page.numbers("exercise")[0] - 1].source = solution
    solved = executed(replace(page, notebook=notebook))
    (verdict,) = solved.cells[page.numbers("check")[0] - 1].outputs
    assert verdict.text == "Exercise: passed\n"


# Statements of the source.


@each_rule
def test_a_rule_answers_the_statements_it_says(rule: Rule) -> None:
    assert rule.statements == tuple(s.number for s in answered_by(rule.code))


def test_every_statement_of_a_built_chapter_is_answered() -> None:
    built = {rule.code for rule in all_rules()}
    sections = {str(CHAPTERS.index(rule.chapter) + 1) for rule in all_rules()}
    for statement in statements():
        if statement.number.partition(".")[0] in sections:
            # A statement may ask for rules of other chapters, too.
            wanted = {code for code in statement.rules if code[2:-2] in sections}
            assert wanted <= built, statement.number


# What a rule says of itself.


@each_rule
def test_a_rule_tells_its_harm_in_three_to_six_sentences(rule: Rule) -> None:
    assert 3 <= len(re.findall(r"[.!?](?=\s|$)", rule.why)) <= 6
    assert re.fullmatch(r"[^\n]+[.]", rule.summary)


@each_rule
def test_a_rule_gives_references_and_when_they_were_read(rule: Rule) -> None:
    assert rule.references
    for reference in rule.references:
        assert reference.url.startswith("https://")
        read_on = datetime.date.fromisoformat(reference.checked)
        assert read_on <= datetime.datetime.now(datetime.UTC).date()


@pytest.mark.parametrize(
    "code", sorted({code for rule in all_rules() for code in rule.ruff_codes})
)
def test_the_pinned_ruff_knows_a_code_as_stable_and_by_this_name(code: str) -> None:
    command = [ruff.executable(), "rule", code, "--output-format", "json"]
    answer = subprocess.run(command, capture_output=True, check=True, text=True)
    about = json.loads(answer.stdout)
    assert about["code"] == code
    assert "Stable" in about["status"]
    assert not about["preview"]
