"""Dependabot and Renovate: who watches what the project depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyguard_kernel.project import Tree
from pyguard_kernel.project.advisories import fact
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from pyguard_kernel.project.advisories import Watcher


def watchers(path: str, text: str) -> tuple[Watcher, ...]:
    return fact(Tree.of_texts({path: text.encode()}, Settings())) or ()


DEPENDABOT = """\
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
  - package-ecosystem: {}
    directory: /
"""


@pytest.mark.parametrize(
    ("ecosystem", "sees"), [("uv", True), ("pip", True), ("docker", False)]
)
def test_dependabot_sees_what_it_is_told_to(ecosystem: str, sees: bool) -> None:
    (found,) = watchers(".github/dependabot.yml", DEPENDABOT.format(ecosystem))
    assert found.sees_python is sees
    assert found.place.span[0] == (5 if sees else 3)


@pytest.mark.parametrize(
    ("path", "text", "sees"),
    [
        ("renovate.json", "{}", [True]),
        (".github/renovate.json5", "{ // all\n enabledManagers: ['pep621'] }", [True]),
        (".renovaterc", '{"enabledManagers": ["npm"]}', [False]),
        ("renovate.json", '{"enabled": false}', []),
        ("package.json", '{"renovate": {"extends": ["config:recommended"]}}', [True]),
        ("package.json", '{"renovate": {"enabled": false}}', []),
        ("package.json", '{"name": "shop"}', []),
    ],
)
def test_renovate_sees_everything_unless_told(
    path: str, text: str, sees: list[bool]
) -> None:
    assert [found.sees_python for found in watchers(path, text)] == sees


def test_nobody_watches() -> None:
    assert not watchers("README.md", "")
    assert not watchers(".github/dependabot.yml", "version: 2\n")
    assert not watchers("docs/renovate.json", "{}")
