"""Hooks written into .pre-commit-config.yaml, as the others are written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fix
from pyguard_kernel.project import _dated
from pyguard_kernel.project._runs import PRE_COMMIT
from pyguard_kernel.rules.ci._edits import last_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.pre_commit import Hook, PreCommit

_RUFF = "https://github.com/astral-sh/ruff-pre-commit"
_MYPY = "https://github.com/pre-commit/mirrors-mypy"
# The hooks that are asked for, and the repository that has each of them.
ASKED = {"ruff-check": _RUFF, "ruff-format": _RUFF, "mypy": _MYPY}


def known_rev(repo: str) -> str | None:
    """The revision to ask a repository for, where it is known."""
    return _dated.hooks().get(repo.removesuffix("/").removesuffix(".git"))


def pinned(hook: Hook) -> Fix | None:
    """A fix that pins a floating revision."""
    known = known_rev(hook.repo)
    if known is None or hook.rev is None:
        return None
    edits = (Edit(*hook.rev.span, known),)
    return Fix("unsafe", f"Pin {known}", edits, hook.rev.path)


def made() -> Fix:
    """A fix that writes the whole file."""
    text = "repos:\n" + "\n".join(_blocks(ASKED, "  - ", 2)) + "\n"
    edits = (Edit(1, 1, 1, 1, text),)
    return Fix("unsafe", f"Write {PRE_COMMIT}", edits, PRE_COMMIT)


def completed(tree: Tree, config: PreCommit, missing: Sequence[str]) -> Fix | None:
    """A fix that adds hooks behind the others; None where they stand unusually."""
    path = config.document.path
    repos = config.document.get("repos")
    listed = list(repos.elements()) if repos else []
    lines = tree.text(path).split("\n")
    if not listed or path.endswith(".toml"):
        return None
    if not all(_lead(lines, node).strip() == "-" for node in listed):
        return None
    edits: list[Edit] = []
    left = list(missing)
    for node in listed:
        address = node.get("repo")
        ids = [kind for kind in left if address and address.text == ASKED[kind]]
        if ids and (edit := _more(lines, node, ids)):
            edits.append(edit)
            left = [kind for kind in left if kind not in ids]
    if left:
        text = "\n".join(_blocks(left, _lead(lines, listed[0]), _step(lines, listed)))
        edits.append(_behind(lines, listed[-1], text))
    return Fix("unsafe", f"Add {', '.join(missing)}", tuple(edits), path)


def _lead(lines: list[str], node: Node) -> str:
    """What stands before an entry of a list: its indentation, the dash, the gap."""
    return lines[node.span[0] - 1][: node.span[1] - 1]


def _indent(lead: str) -> int:
    return len(lead) - len(lead.lstrip())


def _blocks(kinds: Iterable[str], lead: str, step: int) -> Iterator[str]:
    """The lines of repositories that have these hooks.

    `lead` stands before each of them, `step` is how far the dashes of their hooks are
    from `hooks:`.
    """
    kinds = list(kinds)
    deeper = " " * len(lead)
    for repo in dict.fromkeys(ASKED[kind] for kind in kinds):
        yield f"{lead}repo: {repo}"
        yield f"{deeper}rev: {known_rev(repo)}"
        yield f"{deeper}hooks:"
        hook = f"{deeper}{' ' * step}{lead.lstrip()}id: "
        yield from (hook + kind for kind in kinds if ASKED[kind] == repo)


def _more(lines: list[str], node: Node, ids: Sequence[str]) -> Edit | None:
    """Hooks behind the last one of a repository."""
    hooks = node.get("hooks")
    held = list(hooks.elements()) if hooks else []
    if not held or (lead := _lead(lines, held[-1])).strip() != "-":
        return None
    return _behind(lines, held[-1], "\n".join(f"{lead}id: {kind}" for kind in ids))


def _behind(lines: list[str], node: Node, text: str) -> Edit:
    last = last_line(lines, node, _indent(_lead(lines, node)))
    at = (last, len(lines[last - 1]) + 1)
    return Edit(*at, *at, "\n" + text)


def _step(lines: list[str], listed: Sequence[Node]) -> int:
    """How far the hooks of a repository stand from their key."""
    hooks = listed[0].get("hooks")
    first = next(hooks.elements(), None) if hooks else None
    if first is None or hooks is None or hooks.key is None:
        return 2
    return max(0, _indent(_lead(lines, first)) + 1 - hooks.key[1])
