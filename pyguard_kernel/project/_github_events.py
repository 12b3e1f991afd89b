"""What starts a GitHub workflow, in the words of `Job.triggers`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyguard_kernel.project._node import Node

_NAMES = {
    "pull_request_target": "pull_request",
    "workflow_call": "call",
    "workflow_dispatch": "manual",
    "repository_dispatch": "manual",
    "create": "tag",
}
_CHANGES = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})
# Branches that nobody's changes go to by default; any other may be the default one.
_ASIDE = re.compile(
    r"(?:releases?|hotfix(?:es)?|gh-pages|dependabot|renovate)(?![a-z])"
)
_EVENT = re.compile(
    r"github\.event_name\s*(?P<how>[!=]=)\s*(?P<quote>['\"])(?P<name>\w+)(?P=quote)"
)
_TAGS = re.compile(r"startsWith\(\s*github\.ref\s*,\s*'refs/tags/")


def triggers(workflow: Node) -> frozenset[str]:
    """The events that start a workflow."""
    on = workflow.get("on")
    if on is None:
        return frozenset()
    events = dict(on.items()) or {node.text: node for node in on.strings()}
    found: set[str] = set()
    for event, node in events.items():
        name = _NAMES.get(event, event)
        if event == "push":
            found |= _push(node)
        elif name != "pull_request" or _for_changes(node):
            found.add(name)
    return frozenset(found)


def _for_changes(node: Node) -> bool:
    """Whether it starts when changes come in, not when they are labelled or closed."""
    types = node.get("types")
    return types is None or any(one.text in _CHANGES for one in types.strings())


def _push(node: Node) -> set[str]:
    """Whether a push means branches, tags or both."""
    keys = {key for key, value in node.items() if value.value != []}
    branches = bool(keys & {"branches", "branches-ignore"})
    named = node.get("branches")
    texts = [one.text for one in named.strings()] if named is not None else []
    if texts and all(_ASIDE.match(text) for text in texts):
        return {"tag"} if keys & {"tags", "tags-ignore"} else set()
    if not keys & {"tags", "tags-ignore"}:
        # A filter of branches alone shuts tags out; without any, both count.
        return {"push"} if branches else {"push", "tag"}
    return {"push", "tag"} if branches else {"tag"}


def limited(events: frozenset[str], condition: Node | None) -> frozenset[str]:
    """The events that a job's `if` leaves, where it plainly names events.

    Conditions that are joined by `||`, or that ask for anything else, limit nothing.
    """
    text = condition.text if condition is not None else ""
    if not text or "||" in text:
        return events
    for match in _EVENT.finditer(text):
        name = _NAMES.get(match["name"], match["name"])
        same = {name, "tag"} if name == "push" else {name}
        events = events & same if match["how"] == "==" else events - same
    if _TAGS.search(text) and not re.search(r"!\s*startsWith", text):
        events &= {"tag", "release"}
    return events
