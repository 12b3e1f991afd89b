"""Values leave a log message: as arguments for logging, as fields for structlog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from pyguard_kernel.codemods._base import Mend
from pyguard_kernel.codemods._messages import taken_apart

if TYPE_CHECKING:
    from pyguard_kernel.codemods._messages import Message

_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+(structlog|logging|loguru)\b",
                     re.MULTILINE)  # fmt: skip


class Fix(Mend):
    """Keeps the message's text constant, for the library that the file imports."""

    MESSAGE = "Pass the values beside the message"

    def visit_Module(self, node: cst.Module) -> None:
        """See which library logs."""
        self._libraries = set(_IMPORT.findall(self.text))

    def leave_Call(
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        """The call whose message stands at the finding, and has no arguments yet."""
        args = original_node.args
        at = next((n for n, arg in enumerate(args) if self.hit(arg.value)), None)
        if at is None or at > 1 or args[at].keyword or "loguru" in self._libraries:
            return updated_node
        if any(not arg.keyword for arg in args[at + 1 :]):
            return updated_node
        message = taken_apart(args[at].value)
        if message is None:
            return updated_node
        if self._libraries == {"structlog"}:
            return _with_fields(updated_node, at, message)
        return _with_arguments(updated_node, at, message)


def _with_arguments(call: cst.Call, at: int, message: Message) -> cst.Call:
    first = call.args[at]
    added = [cst.Arg(value) for _, value in message.values]
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    last = added[-1].with_changes(comma=first.comma)
    between = [arg.with_changes(comma=comma) for arg in added[:-1]]
    told = first.with_changes(value=message.template, comma=comma)
    return call.with_changes(
        args=[*call.args[:at], told, *between, last, *call.args[at + 1 :]]
    )


def _with_fields(call: cst.Call, at: int, message: Message) -> cst.Call:
    """The event without its values, which follow by name, if each has one."""
    names = [name for name, _ in message.values]
    taken = {arg.keyword.value for arg in call.args if arg.keyword} | {"event"}
    event = message.event
    if event is None or None in names or len({*names}) < len(names):
        return call
    if taken & {*names}:
        return call
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    fields = [
        cst.Arg(value, keyword=cst.Name(name), equal=equal)
        for name, value in message.values
        if name is not None
    ]
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    first = call.args[at]
    told = first.with_changes(value=event, comma=comma)
    between = [field.with_changes(comma=comma) for field in fields[:-1]]
    last = fields[-1].with_changes(comma=first.comma)
    return call.with_changes(
        args=[*call.args[:at], told, *between, last, *call.args[at + 1 :]]
    )
