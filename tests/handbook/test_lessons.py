from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat import NotebookNode

from pyguard_kernel.handbook import lesson
from pyguard_kernel.handbook.lessons import Lesson
from pyguard_kernel.handbook.pages import Page, PageError
from pyguard_kernel.handbook.running import executed
from pyguard_kernel.registry import find_rule

START = 'from pyguard_kernel.handbook import lesson\nlesson("bare-except")'
CAREFUL = """\
def careful(f):
    try:
        return f()
    except ValueError:
        return None"""
CARELESS = CAREFUL.replace("except ValueError:", "except:")
GRADE = """\
%%grade
def wrong():
    raise ValueError
assert careful(wrong) is None, "a ValueError must not get out"
"""


def run(*sources: str) -> list[NotebookNode]:
    """Run cells in a kernel and return them with their outputs."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell in cells:
        if "raise LookupError" in cell.source:
            cell.metadata["tags"] = ["raises-exception"]
    notebook = nbformat.v4.new_notebook(cells=cells)
    page = Page(Path("lesson.ipynb"), notebook, "PG206", {})
    return list(executed(page, seconds=60).cells)


def texts(cell: NotebookNode) -> list[str]:
    return [
        output.text if output.output_type == "stream" else output.data["text/plain"]
        for output in cell.outputs
        if output.output_type != "error"
    ]


@pytest.fixture(scope="module")
def cells() -> list[NotebookNode]:
    return run(
        "before = 1",
        START,
        CARELESS,
        "print('two')\n2",
        GRADE,
        CAREFUL,
        GRADE,
        "raise LookupError",
        CAREFUL.replace("return None", "return 0"),
        GRADE,
    )


def test_cells_before_the_lesson_are_left_alone(cells: list[NotebookNode]) -> None:
    assert texts(cells[0]) == []


def test_a_lesson_shows_the_rules_card_and_no_finding(
    cells: list[NotebookNode],
) -> None:
    (card,) = texts(cells[1])
    assert card.startswith("PG206 bare-except (NEVER)\n")
    assert "Found by: ruff (E722)" in card


def test_a_finding_is_shown_under_its_cell(cells: list[NotebookNode]) -> None:
    (shown,) = texts(cells[2])
    assert shown.startswith("PyGuard: 1 finding\n  line 4: PG206 bare-except: ")
    html = cells[2].outputs[0].data["text/html"]
    assert "<code>PG206</code>" in html


def test_a_clean_cell_is_said_to_be_clean_after_its_own_outputs(
    cells: list[NotebookNode],
) -> None:
    assert texts(cells[3]) == ["two\n", "2", "PyGuard: no findings"]


def test_an_exercise_that_works_is_not_passed_while_the_rule_finds_something(
    cells: list[NotebookNode],
) -> None:
    said = "Exercise: not yet - it works, but PG206 is still found in line 4\n"
    assert texts(cells[4]) == [said]


def test_a_mended_exercise_passes(cells: list[NotebookNode]) -> None:
    assert texts(cells[6]) == ["Exercise: passed\n"]


def test_a_cell_that_raises_is_checked_too(cells: list[NotebookNode]) -> None:
    assert texts(cells[7]) == ["PyGuard: no findings"]
    assert cells[7].outputs[0].ename == "LookupError"


def test_an_exercise_that_does_not_work_gets_a_hint(
    cells: list[NotebookNode],
) -> None:
    assert texts(cells[9]) == ["Exercise: not yet - a ValueError must not get out\n"]


def test_a_failing_checker_says_so_and_does_not_break_the_cell() -> None:
    broken = (
        "from pyguard_kernel import api\n"
        "def fail(*args, **kwargs):\n    raise OSError('no ruff')\n"
        "api.check = fail"
    )
    cells = run(START, broken, "print('the cell has run')")
    assert texts(cells[2]) == [
        "the cell has run\n",
        "PyGuard could not check this cell: OSError: no ruff",
    ]


def test_starting_a_lesson_again_shows_each_finding_once() -> None:
    cells = run(START, START, CARELESS)
    assert len(texts(cells[2])) == 1


def test_a_lesson_on_no_rule_is_an_error() -> None:
    with pytest.raises(ValueError, match="there is no rule 'PG999'"):
        lesson("PG999")


def test_a_lesson_outside_a_notebook_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="run this cell in Jupyter"):
        lesson("PG206")


def test_a_cell_that_fails_is_an_error_of_the_page() -> None:
    with pytest.raises(PageError, match=r"(?s)lesson.ipynb: .*ZeroDivisionError"):
        run("1 / 0")


def test_a_cell_that_takes_too_long_is_an_error_of_the_page() -> None:
    cell = nbformat.v4.new_code_cell("import time\ntime.sleep(30)")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    page = Page(Path("slow.ipynb"), notebook, "PG206", {})
    with pytest.raises(PageError, match=r"slow\.ipynb"):
        executed(page, seconds=1)


def test_a_cell_without_an_id_is_seen_with_the_ones_before() -> None:
    rule = find_rule("base-exception-subclass")
    assert rule is not None
    started = Lesson(rule, shell=None)
    for source in ("", "class Halt(BaseException): ...", "class Stop(Halt): ..."):
        # As in a run that keeps no history: no id, and a count that stands still.
        info = SimpleNamespace(raw_cell=source, cell_id=None)
        ran = SimpleNamespace(info=info, error_before_exec=None, execution_count=1)
        started.after_cell(ran)
    (found,) = started.findings(list(started.cells)[-1])
    assert "Stop derives from BaseException (through Halt)" in found.message


@pytest.fixture(scope="module")
def file_cells() -> list[NotebookNode]:
    return run(
        START,
        "%%pyguard pyproject.toml\n[project]\nname =  # <- PG602\n",
        "sorted(files.items())",
        "%%pyguard tree\n-- a.py --\ntry:\n    f()\nexcept:\n    x\n-- b/c.txt --\n",
        "sorted(files)",
        "%%pyguard\nx = 1  # raise LookupError",
    )


def test_a_cell_may_stand_for_a_file_and_leaves_its_text(
    file_cells: list[NotebookNode],
) -> None:
    (shown,) = texts(file_cells[1])
    assert shown.startswith("PyGuard: 1 finding\n  line 3: PG000 unreadable-file: ")
    assert "'[project]\\nname =\\n'" in texts(file_cells[2])[0]


def test_a_cell_may_stand_for_a_tree_of_files(file_cells: list[NotebookNode]) -> None:
    assert "line 5: PG206 bare-except" in texts(file_cells[3])[0]
    assert texts(file_cells[4])[0] == "['a.py', 'b/c.txt']"


def test_a_cell_that_names_no_file_is_told_how(file_cells: list[NotebookNode]) -> None:
    (error,) = (o for o in file_cells[5].outputs if o.output_type == "stream")
    assert "name the file" in error.text
