"""What tools are told, in whichever file they read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.project.tool_settings import (
    ToolSettings,
    covers_family,
    is_on,
    listed,
    number,
    options,
    read,
    ruff_selects,
)
from pyguard_kernel.settings import Settings


def tree_of(**files: str) -> Tree:
    """A tree; a name's `__` stands for a dot."""
    texts = {name.replace("__", "."): text for name, text in files.items()}
    data = {path: text.encode() for path, text in texts.items()}
    return Tree.of_texts(data, Settings())


def told(**files: str) -> ToolSettings:
    tree = tree_of(**files)
    known: ToolSettings = Facts(tree, Settings()).get("tool_settings")
    assert not tree.broken
    return known


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"__coveragerc": "[report]\nfail_under = 80\n"}, 2),
        ({"setup__cfg": "[x]\ny = 1\n[coverage:report]\nfail_under: 80"}, 4),
        ({"tox__ini": "[coverage:report]\nfail_under=80"}, 2),
        ({"pyproject__toml": "[tool.coverage]\nreport.fail_under = 80"}, 2),
    ],
)
def test_a_setting_has_one_name_in_each_file(files: dict[str, str], line: int) -> None:
    node = told(**files).get("coverage", "report", "fail_under")
    assert node is not None
    assert number(node) == 80
    assert node.place.span[0] == line


def test_a_tool_reads_the_first_file_that_has_settings_for_it() -> None:
    both = {
        "setup__cfg": "[mypy]\nstrict = yes\n",
        "pyproject__toml": "[tool.mypy]\nstrict = false",
    }
    node = told(**both).get("mypy", "strict")
    assert node is not None
    assert node.path == "pyproject.toml"
    node = told(**both, mypy__ini="[mypy]\nstrict = on").get("mypy", "strict")
    assert node is not None
    assert node.path == "mypy.ini"
    # A pyproject.toml without a table of the tool's isn't the file that it reads.
    both["pyproject__toml"] = ""
    assert is_on(told(**both).get("mypy", "strict")) is True


def test_a_tool_without_settings_has_none() -> None:
    nothing = told(pyproject__toml="[project]\nname = 'x'")
    assert nothing.tables == {}
    assert nothing.get("ruff", "lint", "select") is None


def test_sections_of_single_modules_are_overrides() -> None:
    ini = "[mypy]\nstrict = True\n[mypy-tests.*,docs]\nignore_errors = True\n"
    override = told(mypy__ini=ini).get("mypy", "overrides")
    assert override is not None
    (only,) = override.value
    assert listed(only.get("module")) == ["tests.*", "docs"]
    assert is_on(only.get("ignore_errors"))
    assert only.place.span[0] == 3


def test_pytest_reads_its_options_from_many_files() -> None:
    ini = "[pytest]\naddopts =\n    -q\n    --cov=src # where\n"
    assert options(told(pytest__ini=ini).get("pytest", "addopts")) == [
        "-q",
        "--cov=src",
    ]
    for header in ("tool.pytest.ini_options", "tool.pytest"):
        toml = f'[{header}]\naddopts = ["-q", "--cov"]'
        known = told(pyproject__toml=toml)
        assert options(known.get("pytest", "addopts")) == ["-q", "--cov"]
    assert options(
        told(setup__cfg="[tool:pytest]\naddopts = -q 'x").get("pytest", "addopts")
    ) == ["-q", "'x"]


def test_a_file_that_a_command_names_is_read_as_its_name_says() -> None:
    tree = tree_of(
        ci__ini="[mypy]\nstrict = true\n", cov__cfg="[coverage:report]\nfail_under=1"
    )
    table = read(tree, "mypy", "ci.ini")
    assert table is not None
    assert is_on(table.get("strict"))
    assert read(tree, "mypy", "other.ini") is None
    assert read(tree, "ruff", "ci.ini") is None


def test_a_broken_file_is_kept_and_the_next_is_read() -> None:
    tree = tree_of(mypy__ini="no header", setup__cfg="[mypy]\nstrict = true")
    known = Facts(tree, Settings()).get("tool_settings")
    assert known.get("mypy").path == "setup.cfg"
    assert set(tree.broken) == {"mypy.ini"}


@pytest.mark.parametrize(
    ("config", "selected"),
    [
        ('[lint]\nselect = ["E", "S"]', True),
        ('[lint]\nextend-select = ["S1"]', True),
        ('select = ["ALL"]', True),
        ('[lint]\nselect = ["SIM", "SLF"]', False),
        ('[lint]\nselect = ["ALL"]\nignore = ["S"]', False),
        ('[lint]\nselect = ["S"]\nignore = ["S603"]', True),
        ("line-length = 88", False),
    ],
)
def test_whether_ruff_looks_for_a_family(config: str, selected: bool) -> None:
    assert (ruff_selects(told(ruff__toml=config), "S") is not None) is selected


def test_a_family_is_its_letters_and_digits() -> None:
    assert covers_family("S", "S")
    assert covers_family("S608", "S")
    assert not covers_family("SIM", "S")


@given(st.sampled_from([".coveragerc", "setup.cfg", "mypy.ini"]), st.text())
def test_any_text_is_settings_or_a_broken_file(path: str, text: str) -> None:
    data = {path: text.encode("utf-8", "surrogatepass")}
    assert Facts(Tree.of_texts(data, Settings()), Settings()).get("tool_settings")
