import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.handbook.pages import (
    VOLATILE,
    Page,
    PageError,
    canonical,
    marks,
    read,
)

PATH = Path("book", "exceptions", "bare-except.ipynb")


def page(*cells: nbformat.NotebookNode) -> Page:
    return Page(PATH, nbformat.v4.new_notebook(cells=list(cells)), "PG206", {})


def written(made: Page) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.reads(canonical(made), as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_ids_come_from_the_name_and_counts_from_the_order() -> None:
    title = nbformat.v4.new_markdown_cell("# One")
    code = [nbformat.v4.new_code_cell("1", execution_count=n) for n in (17, 4)]
    cells = written(page(title, *code)).cells
    assert [cell.id[-3:] for cell in cells] == ["-01", "-02", "-03"]
    assert {cell.id[:-3] for cell in cells} == {"bare-except"}
    assert [cell.execution_count for cell in cells[1:]] == [1, 2]


def test_what_differs_from_run_to_run_is_replaced() -> None:
    text = "/tmp/ipykernel_7/123.py:3: Warning\n<object at 0x7f00dead>"  # noqa: S108
    output = nbformat.v4.new_output("stream", name="stderr", text=text)
    (cell,) = written(page(nbformat.v4.new_code_cell("x", outputs=[output]))).cells
    assert cell.outputs[0].text == "<cell>:3: Warning\n<object at 0x…>"


def test_pieces_of_one_stream_are_one() -> None:
    outputs = [
        nbformat.v4.new_output("stream", name=name, text=text)
        for name, text in (("stdout", "a"), ("stdout", "b"), ("stderr", "c"))
    ]
    (cell,) = written(page(nbformat.v4.new_code_cell("x", outputs=outputs))).cells
    assert [o.text for o in cell.outputs] == ["ab", "c"]


def test_the_solution_is_folded_on_the_site_and_in_jupyterlab() -> None:
    solution = nbformat.v4.new_code_cell("x", metadata={"tags": ["solution"]})
    (cell,) = written(page(solution)).cells
    assert cell.metadata.tags == ["hide-cell", "solution"]
    assert cell.metadata.jupyter == {"source_hidden": True}


def test_other_metadata_is_dropped() -> None:
    noisy = nbformat.v4.new_code_cell("x", metadata={"execution": {"at": "noon"}})
    made = page(noisy)
    made.notebook.metadata["widgets"] = {"state": {}}
    notebook = written(made)
    assert notebook.cells[0].metadata == {}
    assert set(notebook.metadata) == {"kernelspec", "language_info", "pyguard"}


sources = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"))


@given(st.lists(st.tuples(st.booleans(), sources, sources)))
def test_the_canonical_form_of_the_canonical_form_is_itself(
    drawn: list[tuple[bool, str, str]],
) -> None:
    cells = [
        nbformat.v4.new_code_cell(
            source, outputs=[nbformat.v4.new_output("stream", text=text)]
        )
        if is_code
        else nbformat.v4.new_markdown_cell(source)
        for is_code, source, text in drawn
    ]
    once = canonical(page(*cells))
    again = replace(page(), notebook=nbformat.reads(once, as_version=4))
    assert canonical(again) == once


def test_marks_name_a_line_and_its_codes() -> None:
    source = "try:\n    f()\nexcept:  # <- PG206, PG208\n    pass  # a comment\n"
    assert marks(source) == {(3, "PG206"), (3, "PG208")}


def test_nbval_is_told_what_is_volatile() -> None:
    config = Path(__file__).parents[1].joinpath("nbval-sanitize.cfg")
    text = config.read_text(encoding="utf-8")
    told = re.findall(r"^regex: (.*)\nreplace: (.*)$", text, re.MULTILINE)
    assert tuple(told) == VOLATILE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"cells": [', "isn't a notebook"),
        (
            '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            "no rule",
        ),
    ],
)
def test_a_page_that_cannot_be_read_says_why(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PageError, match=reason):
        read(path)
