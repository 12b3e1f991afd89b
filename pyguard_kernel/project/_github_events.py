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
        if event == "push":
            found |= _push(node)
        else:
            found.add(_NAMES.get(event, event))
    return frozenset(found)


def _push(node: Node) -> set[str]:
    """Whether a push means branches, tags or both."""
    keys = {key for key, value in node.items() if value.value != []}
    branches = bool(keys & {"branches", "branches-ignore"})
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
