"""What a project declares that it needs, in every language that says it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.project.dependencies import Dependencies, Dependency
from pyguard_kernel.settings import Settings


def declared(texts: dict[str, str]) -> Dependencies:
    data = {path: text.encode() for path, text in texts.items()}
    settings = Settings()
    found = Facts(Tree.of_texts(data, settings), settings).get("dependencies")
    assert isinstance(found, Dependencies)
    return found


def said(found: Dependencies) -> list[tuple[str, str, str, str, int]]:
    """Part, group, name, specifier and line of each."""
    return [row(dependency) for dependency in found.all]


def row(one: Dependency) -> tuple[str, str, str, str, int]:
    asked = one.requirement
    return one.part, one.group, asked.name, asked.specifier, asked.place.span[0]


def test_the_standard_tables() -> None:
    found = declared(
        {
            "pyproject.toml": """\
[build-system]
requires = ["hatchling>=1.27"]
[project]
name = "shop"
dependencies = [
    "httpx>=0.28",
    "shop-models",
]
[project.optional-dependencies]
all = ["shop[redis]"]
redis = ["redis>=6,<7"]
[dependency-groups]
test = ["pytest>=9"]
dev = [{ include-group = "test" }, "ruff"]
[tool.uv]
dev-dependencies = ["mypy"]
[tool.uv.sources]
shop-models = { workspace = true }
"""
        }
    )
    assert said(found) == [
        ("main", "", "httpx", ">=0.28", 6),
        ("main", "", "shop-models", "", 7),
        ("extra", "all", "shop", "", 10),
        ("extra", "redis", "redis", ">=6,<7", 11),
        ("group", "test", "pytest", ">=9", 13),
        ("group", "dev", "ruff", "", 14),
        ("group", "dev", "mypy", "", 16),
        ("build", "", "hatchling", ">=1.27", 2),
    ]
    assert found.siblings == {"shop", "shop-models"}
    names = [one.requirement.name for one in found.in_group("dev")]
    assert names == ["pytest", "ruff", "mypy"]


def test_poetry() -> None:
    found = declared(
        {
            "pyproject.toml": """\
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.12"
httpx = "^0.28"
redis = { version = ">=6", optional = true, extras = ["hiredis"] }
numpy = [
    { version = "1.26.4", python = "<3.13" },
    { version = "^2", python = ">=3.13" },
]
shop-models = { path = "../models", develop = true }
[tool.poetry.extras]
cache = ["redis"]
[tool.poetry.group.dev.dependencies]
pytest = "*"
"""
        }
    )
    assert said(found) == [
        ("main", "", "httpx", ">=0.28,<0.29", 5),
        ("extra", "cache", "redis", ">=6", 6),
        ("main", "", "numpy", "==1.26.4", 8),
        ("main", "", "numpy", ">=2,<3", 9),
        ("main", "", "shop-models", "", 11),
        ("group", "dev", "pytest", "", 15),
    ]
    assert found.all[1].requirement.extras == ("hiredis",)
    assert found.siblings == {"shop", "shop-models"}


def test_the_project_table_goes_before_poetry() -> None:
    found = declared(
        {
            "pyproject.toml": """\
[project]
name = "shop"
dependencies = ["httpx>=0.28,<1"]
[tool.poetry.dependencies]
httpx = { source = "internal" }
"""
        }
    )
    assert [one.requirement.specifier for one in found.all] == [">=0.28,<1"]


def test_setup_cfg() -> None:
    found = declared(
        {
            "setup.cfg": """\
[metadata]
name = shop
[options]
install_requires =
    httpx>=0.28
    # the client's own needs
    rich
[options.extras_require]
redis = redis>=6
"""
        }
    )
    assert said(found) == [
        ("main", "", "httpx", ">=0.28", 5),
        ("main", "", "rich", "", 7),
        ("extra", "redis", "redis", ">=6", 9),
    ]


def test_setup_py() -> None:
    found = declared(
        {
            "setup.py": """\
from setuptools import setup
BASE = ["httpx>=0.28"]
setup(
    name="shop",
    install_requires=BASE + ["rich"],
    extras_require={"redis": ["redis"], ":sys_platform=='win32'": ["pywin32"]},
)
"""
        }
    )
    assert said(found) == [
        ("main", "", "httpx", ">=0.28", 2),
        ("main", "", "rich", "", 5),
        ("extra", "redis", "redis", "", 6),
        ("main", "", "pywin32", "", 6),
    ]


def test_metadata_may_come_from_a_requirements_file() -> None:
    texts = {
        "requirements.txt": "httpx>=0.28\n",
        "requirements-dev.txt": "-r requirements.txt\npytest\n",
    }
    rows = [
        ("main", "", "httpx", ">=0.28", 1),
        ("requirements", "requirements-dev.txt", "pytest", "", 2),
    ]
    computed = """\
from setuptools import setup
with open("requirements.txt") as f:
    setup(name="shop", install_requires=f.read().splitlines())
"""
    assert said(declared({**texts, "setup.py": computed})) == rows
    dynamic = """\
[project]
name = "shop"
dynamic = ["dependencies"]
[tool.setuptools.dynamic]
dependencies = { file = ["requirements.txt"] }
"""
    assert said(declared({**texts, "pyproject.toml": dynamic})) == rows


def test_a_hook_of_hatch_reads_requirements_files() -> None:
    found = declared(
        {
            "pyproject.toml": """\
[project]
name = "shop"
dynamic = ["dependencies", "optional-dependencies"]
[tool.hatch.metadata.hooks.requirements_txt]
filename = "requirements.txt"
[tool.hatch.metadata.hooks.requirements_txt.optional-dependencies]
redis = ["requirements-redis.txt"]
""",
            "requirements.txt": "httpx>=0.28\n",
            "requirements-redis.txt": "redis\n",
        }
    )
    assert said(found) == [
        ("main", "", "httpx", ">=0.28", 1),
        ("extra", "redis", "redis", "", 1),
    ]


def test_pbr_reads_requirements_unasked() -> None:
    found = declared(
        {
            "setup.cfg": "[metadata]\nname = shop\n",
            "setup.py": "import setuptools\nsetuptools.setup(pbr=True)\n",
            "requirements.txt": "httpx>=0.28\n",
        }
    )
    assert said(found) == [("main", "", "httpx", ">=0.28", 1)]


def test_pipfile_and_hatch_and_pdm() -> None:
    found = declared(
        {
            "Pipfile": '[packages]\nhttpx = "==0.28.1"\n[dev-packages]\npytest = "*"\n',
            "pyproject.toml": """\
[tool.pdm.dev-dependencies]
test = ["coverage"]
[tool.hatch.envs.docs]
dependencies = ["sphinx"]
""",
        }
    )
    assert said(found) == [
        ("group", "test", "coverage", "", 2),
        ("group", "docs", "sphinx", "", 4),
        ("main", "", "httpx", "==0.28.1", 2),
        ("group", "dev", "pytest", "", 4),
    ]


def test_other_packages_of_the_repository_are_siblings() -> None:
    found = declared(
        {
            "pyproject.toml": '[project]\nname = "shop"\n',
            "libs/models/pyproject.toml": '[project]\nname = "Shop.Models"\n',
            "tests/broken/pyproject.toml": "[[[",
        }
    )
    assert found.siblings == {"shop", "shop-models"}


ANY = st.recursive(
    st.sampled_from(["a", "a>=1", "^1.0", "", ">=", "./x"]) | st.integers(0, 1),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "version", "path"]), inner, max_size=3)
    ),
    max_leaves=6,
)
WAYS = [
    "project",
    "project.dependencies",
    "project.optional-dependencies",
    "project.dynamic",
    "dependency-groups",
    "build-system.requires",
    "tool.uv.sources",
    "tool.uv.dev-dependencies",
    "tool.poetry",
    "tool.poetry.dependencies",
    "tool.poetry.extras",
    "tool.poetry.group",
    "tool.pdm.dev-dependencies",
    "tool.hatch.envs",
    "tool.setuptools.dynamic.dependencies",
]


def toml(value: object) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name)} = {toml(held)}" for name, held in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(held) for held in value) + "]"
    return json.dumps(value)


@pytest.mark.parametrize("way", WAYS)
@given(value=ANY)
def test_tables_of_any_shape_are_read(way: str, value: object) -> None:
    named = "" if way.startswith("project") else '[project]\nname = "shop"\n'
    texts = {"pyproject.toml": f"{way} = {toml(value)}\n{named}"}
    data = {path: text.encode() for path, text in texts.items()}
    settings = Settings()
    Facts(Tree.of_texts(data, settings), settings).get("dependencies")
