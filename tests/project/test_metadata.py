"""What a project says of itself, in each of the files where it may say it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.project import Broken
from pyguard_kernel.project._calls import keywords
from pyguard_kernel.project.metadata import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyguard_kernel.project import Node
    from pyguard_kernel.project.metadata import Metadata

    type FactOf = Callable[..., Any]


def said(node: Node | None) -> list[tuple[str, int]]:
    return [(text.value, text.span[0]) for text in texts(node)]


def test_the_standard_table(fact_of: FactOf) -> None:
    found: Metadata = fact_of(
        "metadata",
        """\
-- pyproject.toml --
[project]
name = "shop"
dynamic = ["version"]
requires-python = ">=3.12"
dependencies = [
    "httpx>=0.28",
]
[project.scripts]
shop = "shop:main"
[dependency-groups]
dev = ["pytest"]
""",
    )
    assert (found.form, found.place.path, found.place.span[0]) == (
        "project",
        "pyproject.toml",
        1,
    )
    assert said(found.name) == [("shop", 2)]
    assert said(found.requires_python) == [(">=3.12", 4)]
    assert said(found.dependencies) == [("httpx>=0.28", 6)]
    assert found.version is None
    assert found.dynamic == {"version"}
    assert found.scripts is not None
    assert found.groups is not None
    assert found.groups.plain == {"dev": ["pytest"]}


def test_poetrys_own_table_stands_beside_the_standard_one(fact_of: FactOf) -> None:
    found: Metadata = fact_of(
        "metadata",
        """\
-- pyproject.toml --
[tool.poetry]
name = "shop"
version = "1.0"
[tool.poetry.dependencies]
python = "^3.12"
httpx = "^0.28"
[project]
name = "shop"
""",
    )
    assert [description.form for description in found.all] == ["project", "poetry"]
    poetry = found.others[0]
    assert said(poetry.requires_python) == [("^3.12", 5)]
    assert said(poetry.version) == [("1.0", 3)]


def test_flits_own_table(fact_of: FactOf) -> None:
    found: Metadata = fact_of(
        "metadata",
        '-- pyproject.toml --\n[tool.flit.metadata]\nmodule = "shop"\n'
        'requires = ["httpx"]\nrequires-python = ">=3.12"\n',
    )
    assert (found.form, said(found.name)) == ("flit", [("shop", 2)])
    assert said(found.dependencies) == [("httpx", 3)]
    assert "version" in found.dynamic


def test_setup_cfg_has_a_text_of_several_lines(fact_of: FactOf) -> None:
    found: Metadata = fact_of(
        "metadata",
        """\
-- setup.cfg --
[metadata]
name = shop
version = attr: shop.__version__
[options]
install_requires =
    httpx>=0.28
    rich; python_version < "3.13"
python_requires = >=3.12
-- setup.py --
from setuptools import setup
setup()
""",
    )
    assert (found.form, found.others) == ("setup.cfg", ())
    assert said(found.dependencies) == [
        ("httpx>=0.28", 6),
        ('rich; python_version < "3.13"', 7),
    ]
    assert said(found.requires_python) == [(">=3.12", 8)]


def test_setup_cfg_of_a_source_distribution_is_no_metadata(fact_of: FactOf) -> None:
    assert fact_of("metadata", "-- setup.cfg --\n[egg_info]\ntag_build =\n") is None


def test_setup_py_is_read_and_never_run(fact_of: FactOf) -> None:
    found: Metadata = fact_of(
        "metadata",
        """\
-- setup.py --
import setuptools

raise SystemExit("this would be seen")
NAME = "shop"
common = ["httpx"]
options = dict(python_requires=">=3.9")
setuptools.setup(
    name=NAME,
    version=open("VERSION").read(),
    install_requires=common + ["rich>=14"],
    **options,
)
""",
    )
    assert (found.form, found.place.span[0]) == ("setup.py", 7)
    assert said(found.name) == [("shop", 4)]
    assert found.version is not None
    assert (found.version.value, found.version.span[0]) == (None, 9)
    assert said(found.dependencies) == [("httpx", 5), ("rich>=14", 10)]
    assert said(found.requires_python) == [(">=3.9", 6)]


def test_setup_py_of_python_2_is_broken_and_says_where(fact_of: FactOf) -> None:
    with pytest.raises(Broken, match="isn't valid Python") as error:
        fact_of("metadata", '-- setup.py --\nx = 1\nprint "hello"\n')
    assert error.value.place.span[0] == 2


def test_a_broken_setup_py_beside_a_pyproject_is_told_and_left_out(
    fact_of: FactOf,
) -> None:
    found: Metadata = fact_of(
        "metadata", '-- pyproject.toml --\n[project]\n-- setup.py --\nprint "hello"\n'
    )
    assert (found.form, found.others) == ("project", ())


def test_a_project_may_say_nothing(fact_of: FactOf) -> None:
    assert fact_of("metadata", "-- pyproject.toml --\n[tool.ruff]\n") is None


@given(st.text(alphabet="setup(a=b,*{}[]'\"\n +1)", max_size=40))
def test_any_text_is_read_or_broken(text: str) -> None:
    with suppress(Broken):
        call = keywords(f"{text}\nsetup(a='é', b=[{text}])", "setup.py", "setup")
        assert call is not None
