import json

from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.notebook_lines import Line, cell_lines

TEXTS = st.text(
    st.characters(exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
)


def notebook(sources: list[str | list[str]]) -> dict[str, object]:
    cells = [
        {
            "cell_type": "code",
            "outputs": [{"data": {"text/plain": ["source", '{["x\\']}}],
            "source": source,
        }
        for source in sources
    ]
    return {"metadata": {"source": "not this", "cells": [{"source": "nor"}]},
            "cells": cells, "nbformat": 4}  # fmt: skip


@given(st.lists(TEXTS), st.sampled_from([None, 1, 4]), st.booleans())
def test_each_line_of_a_cell_is_found_where_the_file_holds_it(
    sources: list[str], indent: int | None, ascii_only: bool
) -> None:
    split = [source.split("\n") for source in sources]
    as_lists: list[str | list[str]] = [
        [line + "\n" for line in lines[:-1]] + [lines[-1]] for lines in split
    ]
    text = json.dumps(notebook(as_lists), indent=indent, ensure_ascii=ascii_only)
    found = cell_lines(text)
    assert [[line.text for line in cell] for cell in found] == split
    file_lines = text.split("\n")
    for cell in found:
        for line in cell:
            written = json.dumps(line.text, ensure_ascii=ascii_only)[:-1]
            assert written in file_lines[line.file_line - 1]


def test_a_source_in_one_string_stands_on_one_line() -> None:
    text = json.dumps(notebook(["a\nb", "c"]), indent=1)
    first, second = cell_lines(text)
    assert [line.text for line in first] == ["a", "b"]
    assert first[0].file_line == first[1].file_line < second[0].file_line


def test_pieces_of_one_line_are_one_line_where_the_first_piece_stands() -> None:
    text = '{"cells": [{"source": [\n"a = 1 +",\n" 2\\nb",\n" = 3"]}]}'
    assert cell_lines(text) == [[Line("a = 1 + 2", 2), Line("b = 3", 3)]]


@given(TEXTS.map(lambda text: json.dumps(notebook([text]), indent=1)), st.data())
def test_a_notebook_cut_off_midway_gives_what_can_be_told(
    text: str, data: st.DataObject
) -> None:
    cut = text[: data.draw(st.integers(0, len(text)))]
    assert len(cell_lines(cut)) <= 1


@given(st.text())
def test_what_is_no_notebook_has_no_lines_and_no_error(text: str) -> None:
    assert cell_lines(text) == [] or "cells" in text
