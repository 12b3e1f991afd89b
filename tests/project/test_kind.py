"""Application or library, and the reason in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyguard_kernel.project.kind import Kind

    type FactOf = Callable[..., Any]

PACKAGE = """\
-- pyproject.toml --
[project]
name = "shop"
{}
[project.scripts]
shop = "shop:main"
[build-system]
requires = ["hatchling"]
"""

LIBRARIES = {
    "classifier": PACKAGE.format(
        'classifiers = ["Topic :: Software Development :: Libraries"]'
    )
    + "-- Dockerfile --\nFROM scratch\n",
    "publish": PACKAGE.format("")
    + "-- Dockerfile --\nFROM scratch\n"
    + "-- .github/workflows/release.yml --\njobs:\n  - run: uv publish\n",
    "a source distribution": PACKAGE.format("") + "-- PKG-INFO --\nName: shop\n",
    "is built as a package": PACKAGE.format(""),
    "nothing shows": "-- setup.py --\nsetup(name='shop')\n",
}

APPLICATIONS = {
    "package = false": "-- pyproject.toml --\n[tool.uv]\npackage = false\n",
    "package-mode = false": "-- pyproject.toml --\n[tool.poetry]\n"
    'name = "shop"\npackage-mode = false\n',
    "Private ::": PACKAGE.format('classifiers = ["Private :: Do Not Upload"]'),
    "manage.py": PACKAGE.format("") + "-- manage.py --\n",
    "no [build-system]": '-- pyproject.toml --\n[project]\nname = "shop"\n',
    "Dockerfile deploys": PACKAGE.format("") + "-- Dockerfile --\nFROM scratch\n",
    "no metadata": "-- app.py --\n",
}


@pytest.mark.parametrize("reason", LIBRARIES)
def test_a_library_is_told_by_its_signs(fact_of: FactOf, reason: str) -> None:
    kind: Kind = fact_of("kind", LIBRARIES[reason])
    assert kind.is_library
    assert reason in kind.reason


@pytest.mark.parametrize("reason", APPLICATIONS)
def test_an_application_is_told_by_its_signs(fact_of: FactOf, reason: str) -> None:
    kind: Kind = fact_of("kind", APPLICATIONS[reason])
    assert not kind.is_library
    assert reason in str(kind)


def test_the_settings_have_the_last_word(fact_of: FactOf) -> None:
    text = LIBRARIES["classifier"]
    assert str(fact_of("kind", text, kind="application")).startswith("application: ")
    assert fact_of("kind", "-- app.py --\n", kind="library").is_library


def test_what_decides_has_its_place(fact_of: FactOf) -> None:
    kind: Kind = fact_of("kind", LIBRARIES["publish"])
    assert kind.place.path == ".github/workflows/release.yml"
    assert kind.place.span == (2, 3, 2, 20)
