"""TOML, YAML, JSON and INI with places: the same values as the usual parsers."""

from __future__ import annotations

import json
import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.project import Broken
from pyguard_kernel.project._ini import parse as ini
from pyguard_kernel.project._toml import parse as toml
from pyguard_kernel.project._yaml import parse as yml
from pyguard_kernel.project._yaml import parse_json

PYPROJECT = """\
# the shop
[project]
name = "shop"
dependencies = [
    "httpx>=0.28",  # the client
    "rich",
]
urls.home = "https://shop.example"

[[tool.mypy.overrides]]
module = ["a", "b"]
[[tool.mypy.overrides]]
module = 'c'

[tool.mypy]
strict = true
table = { a = 1, "b c" = [1979-05-27, 1.5] }
text = '''
two
lines'''
"""


def test_toml_has_the_values_of_tomllib() -> None:
    assert toml(PYPROJECT, "p").plain == tomllib.loads(PYPROJECT)


def test_toml_knows_its_places() -> None:
    document = toml(PYPROJECT, "p")

    def span(*way: str | int) -> tuple[int, int, int, int]:
        node = document.get(*way)
        assert node is not None
        return node.span

    assert span("project") == (2, 1, 2, 10)
    assert span("project", "dependencies", 0) == (5, 5, 5, 18)
    assert span("project", "urls", "home") == (8, 13, 8, 35)
    assert span("tool", "mypy", "overrides", 1, "module") == (13, 10, 13, 13)
    assert span("tool", "mypy", "strict") == (16, 10, 16, 14)
    assert span("tool", "mypy", "table", "b c", 1) == (17, 39, 17, 42)


def test_broken_toml_says_where() -> None:
    with pytest.raises(Broken) as error:
        toml("[a]\nb = ", "p")
    assert error.value.place.span[0] == 2


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(PLAIN)
def test_json_reads_as_json_does(value: object) -> None:
    text = json.dumps(value, indent=1)
    assert parse_json(text, "p").plain == value


def test_json_may_have_comments() -> None:
    text = '{\n// why\n\t"a": "// no", /* b */ "c": [1]}'
    assert parse_json(text, "p").plain == {"a": "// no", "c": [1]}


WORKFLOW = """\
on: [push]
base: &base {image: 'python:3.13'}
jobs:
  test:
    <<: *base
    run: |
      first
      second
"""


def test_yaml_keeps_the_names_that_stand_there() -> None:
    workflow = yml(WORKFLOW, "p")
    assert list(workflow.value) == ["on", "base", "jobs"]
    job = workflow.get("jobs", "test")
    assert job is not None
    assert job.plain == yaml.safe_load(WORKFLOW)["jobs"]["test"]


def test_a_block_of_yaml_knows_the_place_of_each_line() -> None:
    run = yml(WORKFLOW, "p").get("jobs", "test", "run")
    assert run is not None
    lines = run.text.split("\n")
    assert lines[1] == "second"
    assert run.line(1).span[0] == 8


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "- a\nb", "\x00"])
def test_broken_yaml_says_so(text: str) -> None:
    with pytest.raises(Broken, match="isn't valid YAML"):
        yml(text, "p")


@pytest.mark.parametrize(
    "text", ["&a [*a]", "x: !reference [a, b]", "d: 2024-13-45", ""]
)
def test_odd_yaml_is_read(text: str) -> None:
    yml(text, "p")


def test_ini_knows_its_places() -> None:
    text = "[tool:pytest]\n; why\naddopts =\n    -ra\n    --strict\n[flake8]\nmax: 88\n"
    document = ini(text, "p")
    assert document.plain == {
        "tool:pytest": {"addopts": "\n-ra\n--strict"},
        "flake8": {"max": "88"},
    }
    option = document.get("flake8", "max")
    assert option is not None
    assert option.span == (7, 6, 7, 8)


def test_a_comment_within_an_ini_value_counts_as_a_line() -> None:
    option = ini("[a]\nb =\n    one\n    # why\n    two\n", "p").get("a", "b")
    assert option is not None
    assert option.text.split("\n")[3] == "two"
    assert option.line(3).span[0] == 5


def test_an_option_without_a_value_can_not_go_on() -> None:
    with pytest.raises(Broken, match="isn't a valid INI file"):
        ini("[a]\nx\n  y\n", "p")


def test_broken_ini_says_where() -> None:
    with pytest.raises(Broken, match="begins without") as error:
        ini("x = 1", "p")
    assert error.value.place.span[0] == 1


def test_a_line_of_ini_that_says_nothing_is_broken() -> None:
    with pytest.raises(Broken, match="no `name = value`") as error:
        ini("[metadata]\nname = shop\nversion\n", "setup.cfg")
    assert error.value.place.span[0] == 3
