"""The fact `advisories`: Dependabot and Renovate, as far as they watch dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_DEPENDABOT = (".github/dependabot.yml", ".github/dependabot.yaml")
_RENOVATE = (
    "renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json",
    ".renovaterc.json5", ".github/renovate.json", ".github/renovate.json5",
    ".gitlab/renovate.json", ".gitlab/renovate.json5",
)  # fmt: skip
_PACKAGE = "package.json"
_PYTHON = frozenset({"pip", "uv", "conda"})
_MANAGERS = frozenset(
    {
        "pep621", "pep723", "poetry", "pip_requirements", "pip_setup", "pip-compile",
        "pipenv", "setup-cfg", "uv", "pixi", "conda",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who opens pull requests for new versions and advisories.

    `name` is Dependabot or Renovate. `ecosystems` are what it is told to watch: what
    Dependabot calls so, or Renovate's managers; empty for all that it finds.
    """

    name: str
    place: Place
    ecosystems: tuple[str, ...]

    @property
    def sees_python(self) -> bool:
        """Whether it watches the Python packages that the project depends on."""
        known = _PYTHON if self.name == "Dependabot" else _MANAGERS
        everything = self.name == "Renovate" and not self.ecosystems
        return everything or not known.isdisjoint(self.ecosystems)


def fact(tree: Tree) -> tuple[Watcher, ...] | None:
    """Who watches; None where nobody does."""
    return (*_dependabot(tree), *_renovate(tree)) or None


def _dependabot(tree: Tree) -> Iterator[Watcher]:
    for document in tree.each(filter(tree.has, _DEPENDABOT), tree.yaml):
        updates = document.get("updates")
        held = list(updates.elements()) if updates is not None else []
        found = [node for one in held if (node := one.get("package-ecosystem"))]
        if not found:
            continue
        place = next((n for n in found if n.text in _PYTHON), found[0]).place
        yield Watcher("Dependabot", place, tuple(n.text for n in found))


def _renovate(tree: Tree) -> Iterator[Watcher]:
    files = tree.each(filter(tree.has, _RENOVATE), tree.json)
    for document in (*files, *_in_package_json(tree)):
        if not _is_off(document):
            managers = document.get("enabledManagers")
            named = tuple(n.text for n in managers.strings()) if managers else ()
            yield Watcher("Renovate", tree.line(document.path, document.span[0]), named)


def _in_package_json(tree: Tree) -> Iterator[Node]:
    """Renovate's table in package.json, which it still reads."""
    # Most have none, and a broken one is no matter of Python's.
    if tree.has(_PACKAGE) and '"renovate"' in tree.text(_PACKAGE):
        for document in tree.each([_PACKAGE], tree.json):
            if (table := document.get("renovate")) is not None:
                yield table


def _is_off(document: Node) -> bool:
    enabled = document.get("enabled")
    return enabled is not None and enabled.value is False
