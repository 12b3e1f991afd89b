"""The fact `pre_commit`: the hooks of .pre-commit-config.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

PATHS = (".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml")


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook: `node` is its own entry, `repo` and `rev` are its repository's.

    `repo` is the address as it is written (`local`, `meta` and `builtin` too); `rev`
    is None where there is none. `stages` are as written, the document's defaults where
    the hook names none; empty means every commit.
    """

    id: str
    repo: str
    node: Node
    rev: Node | None
    repo_node: Node
    entry: Node | None
    args: tuple[str, ...]
    stages: tuple[str, ...]

    @property
    def is_local(self) -> bool:
        """Whether it is the project's own."""
        return self.repo == "local"

    def at(self, stage: str) -> bool:
        """Whether it runs at a stage: `pre-commit`, `pre-push`, `manual`, ..."""
        known = {"commit": "pre-commit", "push": "pre-push"}
        return not self.stages or stage in {known.get(s, s) for s in self.stages}


@dataclass(frozen=True, slots=True)
class PreCommit:
    """The hooks in their order, and the document that they stand in.

    `service` is the table `ci:`, by which pre-commit.ci runs the hooks for every pull
    request; `skipped` are the ids that it leaves out.
    """

    document: Node
    hooks: tuple[Hook, ...]
    service: Node | None
    skipped: frozenset[str]

    def named(self, *ids: str) -> list[Hook]:
        """The hooks of these ids."""
        return [hook for hook in self.hooks if hook.id in ids]


def fact(tree: Tree) -> PreCommit | None:
    """The hooks; None where there is no configuration.

    Raises:
        Broken: it can't be read.
    """
    path = next((path for path in PATHS if tree.has(path)), None)
    if path is None:
        return None
    document = tree.toml(path) if path.endswith(".toml") else tree.yaml(path)
    service = document.get("ci")
    skip = service.get("skip") if service is not None else None
    skipped = (
        frozenset(n.text for n in skip.strings()) if skip is not None else frozenset()
    )
    return PreCommit(document, tuple(_hooks(document)), service, skipped)


def _hooks(document: Node) -> Iterator[Hook]:
    defaults = _texts(document.get("default_stages"))
    for repo in _elements(document.get("repos")):
        address = repo.get("repo")
        for node in _elements(repo.get("hooks")):
            name = node.get("id")
            if name is None or not name.text:
                continue
            stages = node.get("stages")
            yield Hook(
                name.text,
                address.text if address is not None else "",
                node,
                repo.get("rev"),
                repo,
                node.get("entry"),
                _texts(node.get("args")),
                _texts(stages) if stages is not None else defaults,
            )


def _elements(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield from node.elements()


def _texts(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(str(n.value) for n in node.elements() if n.value is not None)
