"""Lockfiles of each tool: what they lock, and what uv's recorded of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pyguard_kernel.file_cells import tree
from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyguard_kernel.project.locks import Lock

    type FactOf = Callable[..., Any]

UV = """\
-- uv.lock --
version = 1
requires-python = ">=3.12"

[[package]]
name = "Shop"
source = { editable = "." }
dependencies = [{ name = "httpx" }]

[package.metadata]
requires-dist = [
    { name = "httpx", extras = ["http2"], specifier = ">=0.28,<1" },
    { name = "ours", git = "https://git.example/ours" },
]

[package.metadata.requires-dev]
dev = [{ name = "pytest", specifier = "~=8.0" }, { name = "rich" }]

[[package]]
name = "httpx"
version = "0.28.1"
"""


def test_uv_lock_has_names_and_what_was_asked(fact_of: FactOf) -> None:
    (lock,) = fact_of("locks", UV)
    assert (lock.form, lock.place.path) == ("uv", "uv.lock")
    assert lock.names == {"shop", "httpx"}
    assert lock.versions == {"httpx": "0.28.1"}
    assert lock.asked == {
        "httpx": (">=0.28,<1",),
        "ours": (None,),
        "pytest": ("~=8.0",),
        "rich": ("",),
    }


PACKAGES = '[[{}]]\nname = "Zope.Interface"\nversion = "7"\n'
OTHERS = {
    "pylock": "-- pylock.toml --\n" + PACKAGES.format("packages"),
    "poetry": "-- poetry.lock --\n" + PACKAGES.format("package"),
    "pdm": "-- pdm.lock --\n" + PACKAGES.format("package"),
    "pipenv": '-- Pipfile.lock --\n{"default": {"Zope.Interface": {}}, "_meta": 1}\n',
    "requirements": "-- requirements/prod.txt --\n"
    "zope.interface==7 \\\n    --hash=sha256:00\n",
}


@pytest.mark.parametrize("form", OTHERS)
def test_the_locks_of_other_tools(fact_of: FactOf, form: str) -> None:
    (lock,) = fact_of("locks", OTHERS[form])
    assert lock.form == form
    assert lock.names == {"zope-interface"}
    assert lock.asked is None


def test_a_named_pylock_and_several_locks(fact_of: FactOf) -> None:
    text = "-- pylock.dev.toml --\nlock-version = '1.0'\n-- pixi.lock --\n"
    found: tuple[Lock, ...] = fact_of("locks", text)
    assert [(lock.form, lock.names) for lock in found] == [
        ("pixi", None),
        ("pylock", frozenset()),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "-- requirements.txt --\nhttpx==0.28.1\n",
        "-- docs/requirements.txt --\nhttpx==0.28.1 --hash=sha256:00\n",
        "-- examples/uv.lock --\nversion = 1\n",
    ],
)
def test_what_locks_nothing_of_the_project(fact_of: FactOf, text: str) -> None:
    assert fact_of("locks", text) is None


def test_a_broken_lock_says_where_and_leaves_the_others() -> None:
    text = UV + "-- poetry.lock --\n[[package]]\nname =\n"
    files = {path: held.encode() for path, (_, held) in tree(text).items()}
    facts = Facts(Tree.of_texts(files, Settings()), Settings())
    assert [lock.form for lock in facts.get("locks")] == ["uv"]
    assert facts.tree.broken["poetry.lock"].place.span[0] == 2


@pytest.mark.parametrize(
    "text", ["package = 1", "[[package]]\nname = 1", "[package]", "[[package]]\nx = 1"]
)
def test_an_odd_lock_is_read_as_far_as_it_goes(fact_of: FactOf, text: str) -> None:
    (lock,) = fact_of("locks", f"-- uv.lock --\n{text}\n")
    assert lock.names == frozenset()
