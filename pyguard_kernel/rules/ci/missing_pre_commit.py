"""No hooks before a commit, or too few of them, or floating ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    ROOT,
    Edit,
    Evidence,
    Fault,
    Fix,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.project import _dated
from pyguard_kernel.project._hooks import as_commands
from pyguard_kernel.project._runs import PRE_COMMIT
from pyguard_kernel.rules.ci._gate import not_asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.pre_commit import Hook, PreCommit

_RUFF = "https://github.com/astral-sh/ruff-pre-commit"
_MYPY = "https://github.com/pre-commit/mirrors-mypy"
_CHECKERS = frozenset({"mypy", "dmypy", "pyright", "basedpyright", "ty", "pyrefly"})
# What is asked for: the hook's id, and the repository that has it.
_ASKED = {"ruff-check": _RUFF, "ruff-format": _RUFF, "mypy": _MYPY}
# A tag has a number in it, a commit is one; a branch is a plain name.
_PINNED = re.compile(r".*\d.*|[0-9a-f]{7,40}")
_OWN = frozenset({"local", "meta", "builtin"})


def find(tree: Tree, pre_commit: PreCommit | None = None) -> Iterator[Said]:
    """One fault for the hooks that are missing, one for each floating revision."""
    if pre_commit is None:
        if reason := not_asked(tree):
            yield Skip(reason)
        elif tree.has("PKG-INFO"):
            yield Skip(
                "a source distribution is checked, and it came without its hooks"
            )
        else:
            yield Fault(
                ROOT,
                f"There is no {PRE_COMMIT}: a commit isn't checked before CI is; run"
                " ruff, ruff format and a type checker as hooks",
                absence=True,
                fix=_made(),
            )
        return
    there = {kind: hook for hook in pre_commit.hooks for kind in _kinds(hook)}
    if missing := [kind for kind in _ASKED if kind not in there]:
        repos = pre_commit.document.get("repos")
        yield Fault(
            repos.name_place if repos else pre_commit.document.place,
            f"No hook runs {_listed(missing)}: what {_it(missing)} would say is only"
            " seen in CI",
            fix=_completed(tree, pre_commit, missing),
        )
    for kind, hook in there.items():
        yield Evidence(hook.node.place, f"the hook {hook.id} is {kind}")
    yield from _floating(pre_commit)


def _kinds(hook: Hook) -> Iterator[str]:
    """Which of the hooks that are asked for this one is."""
    for command in as_commands(hook):
        if command.runs("ruff", "format"):
            yield "ruff-format"
        elif command.program == "ruff":
            yield "ruff-check"
        elif command.program in _CHECKERS:
            yield "mypy"


def _listed(missing: Sequence[str]) -> str:
    said = {"ruff-check": "`ruff check`", "ruff-format": "`ruff format`"}
    return " or ".join(said.get(kind, "a type checker") for kind in missing)


def _it(missing: Sequence[str]) -> str:
    return "it" if len(missing) == 1 else "they"


def _floating(config: PreCommit) -> Iterator[Fault]:
    told: set[int] = set()
    for hook in config.hooks:
        if hook.repo in _OWN or id(hook.repo_node) in told:
            continue
        told.add(id(hook.repo_node))
        text = str(hook.rev.value) if hook.rev else ""
        if _PINNED.fullmatch(text):
            continue
        known = _dated.hooks().get(hook.repo.removesuffix("/").removesuffix(".git"))
        fix = None
        if known and hook.rev:
            edits = (Edit(*hook.rev.span, known),)
            fix = Fix("unsafe", f"Pin {known}", edits, hook.rev.path)
        said = f"`rev: {text}` is a branch" if text else "there is no `rev`"
        yield Fault(
            hook.rev.place if hook.rev else hook.repo_node.place,
            f"{said}: {hook.repo.rpartition('/')[2]} is whatever it was when somebody"
            f" first ran it, another one on each machine; pin a tag{_like(known)}",
            fix=fix,
        )


def _like(known: str | None) -> str:
    return f", `{known}`" if known else " or a commit"


# -- fixes ----------------------------------------------------------------------------


def _made() -> Fix:
    """The whole file."""
    blocks = "".join(
        _block(repo, list(_ids(repo, _ASKED)), 2) for repo in (_RUFF, _MYPY)
    )
    edits = (Edit(1, 1, 1, 1, f"repos:\n{blocks}"),)
    return Fix("unsafe", f"Write {PRE_COMMIT}", edits, PRE_COMMIT)


def _ids(repo: str, kinds: Sequence[str] | dict[str, str]) -> Iterator[str]:
    return (kind for kind in kinds if _ASKED[kind] == repo)


def _block(repo: str, ids: Sequence[str], indent: int, step: int = 2) -> str:
    """A repository's entry."""
    deep = " " * indent
    lines = [f"- repo: {repo}", f"  rev: {_dated.hooks()[repo]}", "  hooks:"]
    inner = deep + "  " + " " * step
    return "".join(f"{deep}{line}\n" for line in lines) + "".join(
        f"{inner}- id: {name}\n" for name in ids
    )


def _completed(tree: Tree, config: PreCommit, missing: Sequence[str]) -> Fix | None:
    """The missing hooks, added behind the others."""
    repos = config.document.get("repos")
    listed = list(repos.elements()) if repos else []
    lines = tree.text(config.document.path).split("\n")
    if repos is None or not listed or not config.document.path.endswith("l"):
        return None
    if not all(lines[n.span[0] - 1][: n.span[1] - 1].strip() == "-" for n in listed):
        return None
    edits: list[Edit] = []
    left = list(missing)
    for node in listed:
        address = node.get("repo")
        if address is not None and address.text == _RUFF and _RUFF in map(_repo, left):
            ids = list(_ids(_RUFF, left))
            edits += _more(lines, node, ids)
            left = [kind for kind in left if kind not in ids]
    indent = listed[0].span[1] - 3
    step = _step(lines, listed)
    text = "".join(
        _block(repo, ids, indent, step)
        for repo in (_RUFF, _MYPY)
        if (ids := list(_ids(repo, left)))
    )
    if text:
        last = _last_line(lines, listed[-1])
        at = (last, len(lines[last - 1]) + 1)
        edits.append(Edit(*at, *at, "\n" + text.rstrip("\n")))
    return Fix("unsafe", f"Add {', '.join(missing)}", tuple(edits), repos.path)


def _repo(kind: str) -> str:
    return _ASKED[kind]


def _more(lines: list[str], node: Node, ids: Sequence[str]) -> Iterator[Edit]:
    """Hooks behind the last one of a repository."""
    hooks = node.get("hooks")
    held = list(hooks.elements()) if hooks else []
    if not held:
        return
    last = _last_line(lines, held[-1])
    dash = " " * (held[-1].span[1] - 3)
    at = (last, len(lines[last - 1]) + 1)
    yield Edit(*at, *at, "".join(f"\n{dash}- id: {name}" for name in ids))


def _step(lines: list[str], listed: Sequence[Node]) -> int:
    """How far the hooks of a repository stand from their key."""
    hooks = listed[0].get("hooks")
    first = next(hooks.elements(), None) if hooks else None
    if first is None or hooks is None or hooks.key is None:
        return 2
    return max(0, first.span[1] - 2 - hooks.key[1])


def _last_line(lines: list[str], node: Node) -> int:
    """The last line of a block that isn't blank or a comment."""
    first, _, last, column = node.span
    last -= column == 1
    while last > first and (
        last > len(lines) or not lines[last - 1].partition("#")[0].strip()
    ):
        last -= 1
    return last


RULE = Rule(
    code="PG1001",
    level=Level.MUST,
    statements=("10.1.1",),
    summary="Run ruff, ruff format and a type checker before each commit, pinned.",
    why=(
        "CI answers after minutes, when you are at the next thing; a hook answers"
        " within a second, while the line is still in front of you. Without hooks every"
        " third pull request carries a commit called `fix lint`. A revision such as"
        " `main` isn't pinned: pre-commit fetches it once for each machine, so two"
        " people who have the same file run two different linters, and pre-commit"
        " itself warns about it. Hooks are a help and no gate: `git commit"
        " --no-verify` passes them, so CI runs the same checks."
    ),
    references=(
        Reference(
            "pre-commit: Adding pre-commit plugins to your project",
            "https://pre-commit.com/#adding-pre-commit-plugins-to-your-project",
            "2026-11-23",
        ),
        Reference(
            "Ruff: Integrations, pre-commit",
            "https://docs.astral.sh/ruff/integrations/#pre-commit",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
