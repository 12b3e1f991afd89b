"""The hooks of .pre-commit-config.yaml."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.project import Broken, Tree
from pyguard_kernel.project.pre_commit import PreCommit, fact
from pyguard_kernel.settings import Settings

CONFIG = """\
ci:
  skip: [mypy]
default_stages: [pre-commit, pre-push]
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.16.9
    hooks:
      - id: ruff-check
        args: [--fix, --line-length=88]
      - id: ruff-format
  - repo: local
    hooks:
      - id: mypy
        entry: uv run mypy
        stages: [manual]
  - repo: meta
    hooks: [{name: nameless}]
"""


def read(text: str, path: str = ".pre-commit-config.yaml") -> PreCommit | None:
    return fact(Tree.of_texts({path: text.encode()}, Settings()))


def test_hooks_are_known_with_their_places() -> None:
    config = read(CONFIG)
    assert config is not None
    check, form, types = config.hooks
    assert [hook.id for hook in config.hooks] == ["ruff-check", "ruff-format", "mypy"]
    assert check.args == ("--fix", "--line-length=88")
    assert check.rev is not None
    assert check.rev.text == "v0.16.9"
    assert check.rev.span == (6, 10, 6, 17)
    assert form.node.span[0] == 10
    assert types.is_local
    assert types.rev is None
    assert types.entry is not None
    assert types.entry.text == "uv run mypy"
    assert config.named("mypy", "ruff-format") == [form, types]


def test_stages_are_its_own_or_the_default() -> None:
    config = read(CONFIG)
    assert config is not None
    check, _, types = config.hooks
    assert [check.at(stage) for stage in ("pre-push", "manual")] == [True, False]
    assert [types.at(stage) for stage in ("pre-commit", "manual")] == [False, True]


def test_the_service_is_known() -> None:
    config = read(CONFIG)
    assert config is not None
    assert config.service is not None
    assert config.service.name_place.span == (1, 1, 1, 3)
    assert config.skipped == {"mypy"}


def test_prek_has_a_form_of_its_own() -> None:
    config = read(
        '[[repos]]\nrepo = "local"\nhooks = [{ id = "lint", entry = "ruff" }]\n',
        "prek.toml",
    )
    assert config is not None
    assert [hook.id for hook in config.hooks] == ["lint"]


def test_without_a_configuration_there_is_none() -> None:
    assert read("", "x.yaml") is None
    with pytest.raises(Broken, match="YAML"):
        read("repos: [")


KEYS = ["repos", "hooks", "id", "repo", "rev", "stages", "args", "ci", "skip", "entry"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(ANYTHING)
def test_any_value_may_stand_anywhere(value: object) -> None:
    config = read(json.dumps(value))
    assert config is not None
    assert all(hook.id for hook in config.hooks)
