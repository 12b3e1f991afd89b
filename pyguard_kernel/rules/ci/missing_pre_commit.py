"""No hooks before a commit, or too few of them, or floating ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    ROOT,
    Evidence,
    Fault,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.project._hooks import as_commands
from pyguard_kernel.project._runs import PRE_COMMIT
from pyguard_kernel.rules.ci._hook_edits import (
    ASKED,
    completed,
    known_rev,
    made,
    pinned,
)
from pyguard_kernel.rules.ci._scope import NO_PYTHON, has_python

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.pre_commit import Hook, PreCommit

_CHECKERS = frozenset({"mypy", "dmypy", "pyright", "basedpyright", "ty", "pyrefly"})
# A tag has a number in it, a commit is one; a branch is a plain name.
_PINNED = re.compile(r".*\d.*|[0-9a-f]{7,40}")
_OWN = frozenset({"local", "meta", "builtin"})


def find(tree: Tree, pre_commit: PreCommit | None = None) -> Iterator[Said]:
    """One fault for the hooks that are missing, one for each floating revision."""
    if pre_commit is None:
        if not has_python(tree):
            yield Skip(NO_PYTHON)
        elif tree.has("PKG-INFO"):
            yield Skip("a source distribution is checked: it came without its hooks")
        else:
            yield Fault(
                ROOT,
                f"There is no {PRE_COMMIT}: a commit isn't checked before CI is; run"
                " ruff, ruff format and a type checker as hooks",
                absence=True,
                fix=made(),
            )
        return
    live = [h for h in pre_commit.hooks if h.at("pre-commit") or h.at("pre-push")]
    there = {kind: hook for hook in live for kind in _kinds(hook)}
    if missing := [kind for kind in ASKED if kind not in there]:
        repos = pre_commit.document.get("repos")
        yield Fault(
            repos.name_place if repos else pre_commit.document.place,
            f"No hook runs {_listed(missing)}: what {_it(missing)} would say is only"
            " seen in CI",
            fix=completed(tree, pre_commit, missing),
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
        known = known_rev(hook.repo)
        said = f"`rev: {text}` is a branch" if text else "there is no `rev`"
        yield Fault(
            hook.rev.place if hook.rev else hook.repo_node.place,
            f"{said}: {hook.repo.rpartition('/')[2]} is whatever it was when somebody"
            f" first ran it, another one on each machine; pin a tag{_like(known)}",
            fix=pinned(hook),
        )


def _like(known: str | None) -> str:
    return f", `{known}`" if known else " or a commit"


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
