"""PG202: the clauses of the `try` become `except*`."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from pyguard_kernel.codemods._base import Mend

_MEMBERS = {"BaseExceptionGroup": "BaseException", "ExceptionGroup": "Exception"}
# These leave a group as themselves: `except*` would wrap them when they are raised.
_NAKED = {"CancelledError", "GeneratorExit", "KeyboardInterrupt", "SystemExit",
          "TimeoutError"}  # fmt: skip
_RENAMED = m.ImportAlias(
    name=m.OneOf(*map(m.Name, _MEMBERS)),
    asname=m.AsName(),
)
# `except*` forbids them.
_LEAVES = m.Return() | m.Break() | m.Continue()
_OF_GROUPS = ("exceptions", "message", "split", "subgroup", "derive", "add_note",
              "with_traceback")  # fmt: skip


class Fix(Mend):
    """Stars every clause of a `try`, where that is allowed and means the same."""

    MESSAGE = "Take the errors out of their group with `except*`"
    WHOLE = True

    def leave_Try(
        self, original_node: cst.Try, updated_node: cst.Try
    ) -> cst.Try | cst.TryStar:
        """The whole statement changes: starred and plain clauses don't mix."""
        if not any(self.hit(handler) for handler in original_node.handlers):
            return updated_node
        handlers = [_starred(handler) for handler in updated_node.handlers]
        renamed = m.findall(self.module, _RENAMED)
        if None in handlers or renamed:  # then a group may hide behind any name
            return updated_node
        return cst.TryStar(
            body=updated_node.body,
            handlers=[handler for handler in handlers if handler is not None],
            orelse=updated_node.orelse,
            finalbody=updated_node.finalbody,
            leading_lines=updated_node.leading_lines,
            whitespace_before_colon=updated_node.whitespace_before_colon,
        )


def _starred(handler: cst.ExceptHandler) -> cst.ExceptStarHandler | None:
    """The clause with a star; None where it can't have one."""
    if handler.type is None or m.findall(handler.body, _LEAVES):
        return None
    if _names(handler.type) & _NAKED:
        return None
    if not _names(handler.type) & _MEMBERS.keys() and _looks_into(handler):
        return None
    members = handler.type.visit(_ToMembers())
    if not isinstance(members, cst.BaseExpression):
        return None
    return cst.ExceptStarHandler(
        body=handler.body,
        type=members,
        name=handler.name,
        leading_lines=handler.leading_lines,
        whitespace_after_except=cst.SimpleWhitespace(""),
        whitespace_after_star=handler.whitespace_after_except,
        whitespace_before_colon=handler.whitespace_before_colon,
    )


def _names(node: cst.CSTNode) -> set[str]:
    return {str(name.value) for name in m.findall(node, m.Name())
            if isinstance(name, cst.Name)}  # fmt: skip


class _ToMembers(cst.CSTTransformer):
    """`except* ExceptionGroup` is an error: the star asks for what is in the group."""

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        name = updated_node.value
        return updated_node.with_changes(value=_MEMBERS.get(name, name))


def _looks_into(handler: cst.ExceptHandler) -> bool:
    """Whether the clause reads attributes that the single error has and a group not."""
    if handler.name is None or not isinstance(handler.name.name, cst.Name):
        return False
    read = m.Attribute(value=m.Name(handler.name.name.value))
    return any(
        isinstance(node, cst.Attribute) and node.attr.value not in _OF_GROUPS
        for node in m.findall(handler.body, read)
    )
