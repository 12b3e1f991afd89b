"""Which folders are the project's import packages, and where they are imported from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyguard_kernel.project.packages import Package

    type FactOf = Callable[..., Any]


def files(*paths: str) -> str:
    return "".join(f"-- {path} --\n" for path in paths)


def shown(found: tuple[Package, ...] | None) -> list[tuple[str, str]]:
    return [(package.name, package.base) for package in found or ()]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["shop/__init__.py", "shop/cart/__init__.py"], [("shop", "")]),
        (["src/shop/__init__.py"], [("shop", "src")]),
        (["lib/shop/__init__.py", "tests/__init__.py"], [("shop", "lib")]),
        (["src/corp/shop/__init__.py"], [("corp.shop", "src")]),
        (["src/shop/a.py", "src/shop/x/__init__.py"], [("shop", "src")]),
        (["src/shop/__init__.py", "src/shop/x/y/__init__.py"], [("shop", "src")]),
        (["src/shop/__init__.py", "dummyserver/__init__.py"], [("shop", "src")]),
        (["properties/__init__.py", "properties/test_cart.py"], []),
        (["shop.py", "setup.py"], []),
        (["docs/__init__.py", "test_api/__init__.py", "tools/__init__.py"], []),
        (["services/cart/cart/__init__.py"], []),
        (["{{cookiecutter.name}}/__init__.py"], []),
    ],
    ids=str,
)
def test_packages_by_their_folders(
    fact_of: FactOf, paths: list[str], expected: list[tuple[str, str]]
) -> None:
    assert shown(fact_of("packages", files(*paths))) == expected


def test_a_package_may_be_called_as_folders_beside_packages_are(
    fact_of: FactOf,
) -> None:
    text = '-- pyproject.toml --\n[project]\nname = "Bench"\n'
    assert shown(fact_of("packages", text + files("bench/__init__.py"))) == [
        ("bench", "")
    ]


def test_a_namespace_at_the_root_is_told_by_the_projects_name(
    fact_of: FactOf,
) -> None:
    text = '-- pyproject.toml --\n[project]\nname = "corp-shop"\n'
    found = fact_of("packages", text + files("corp/shop/__init__.py"))
    assert shown(found) == [("corp.shop", "")]
    assert found[0].place.path == "corp/shop/__init__.py"


@pytest.mark.parametrize(
    "table",
    [
        '[tool.setuptools.packages.find]\nwhere = ["code"]',
        '[tool.setuptools.package-dir]\n"" = "code"',
        '[tool.poetry]\npackages = [{ include = "shop", from = "code" }]',
        '[tool.hatch.build.targets.wheel]\npackages = ["code/shop"]',
        '[tool.uv.build-backend]\nmodule-root = "code"',
        '[tool.maturin]\npython-source = "code"',
    ],
)
def test_build_backends_say_where_packages_lie(fact_of: FactOf, table: str) -> None:
    text = f"-- pyproject.toml --\n{table}\n" + files("code/shop/__init__.py")
    assert shown(fact_of("packages", text)) == [("shop", "code")]


def test_a_project_may_have_no_package(fact_of: FactOf) -> None:
    assert fact_of("packages", files("app.py")) is None
