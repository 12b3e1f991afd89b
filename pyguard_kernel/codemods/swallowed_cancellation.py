"""PG203: the cancellation is passed on."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor

from pyguard_kernel.codemods._base import Mend

_CANCELS = m.OneOf(
    m.Name("CancelledError"),
    m.Attribute(attr=m.Name("CancelledError")),
    m.Attribute(value=m.Name("trio"), attr=m.Name("Cancelled")),
    m.Call(func=m.Name("get_cancelled_exc_class")),
    m.Call(func=m.Attribute(attr=m.Name("get_cancelled_exc_class"))),
)
_BASE = m.Name("BaseException")
_RAISE = cst.SimpleStatementLine([cst.Raise()])
_IDLE = m.SimpleStatementLine(
    [m.OneOf(m.Pass(), m.Return(), m.Break(), m.Continue(), m.Expr(m.Ellipsis()))]
)
_RAISES = m.SimpleStatementLine([m.Raise()])

type _Statement = cst.BaseStatement | cst.BaseSmallStatement
_FROM = "from contextlib import"
_OTHER_LOOP = re.compile(r"^[ \t]*(?:import|from)[ \t]+(?:trio|anyio)\b", re.MULTILINE)


class Fix(Mend):
    """Raises it again, no longer suppresses it, or leaves after the `finally`."""

    MESSAGE = "Pass the cancellation on"

    def leave_Try(
        self, original_node: cst.Try, updated_node: cst.Try
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        """Mend a clause of it, or what leaves its `finally`."""
        for place, handler in enumerate(original_node.handlers):
            if self.hit(handler):
                return self._mended(updated_node, place)
        match original_node.finalbody:
            case cst.Finally(body=cst.IndentedBlock(body=[*_, line])):
                if isinstance(line, cst.SimpleStatementLine) and self.hit(line):
                    return _left_after(updated_node)
        return updated_node

    def leave_ExceptStarHandler(
        self,
        original_node: cst.ExceptStarHandler,
        updated_node: cst.ExceptStarHandler,
    ) -> cst.ExceptStarHandler:
        """Raise again what a starred clause took."""
        if self.hit(original_node) and m.matches(updated_node.type, _CANCELS):
            return updated_node.with_changes(body=_raising(updated_node.body))
        return updated_node

    def _mended(self, node: cst.Try, place: int) -> cst.Try:
        handler = node.handlers[place]
        handlers = list(node.handlers)
        if handler.type is not None and m.matches(handler.type, _CANCELS):
            handlers[place] = handler.with_changes(body=_raising(handler.body))
        elif isinstance(handler.type, cst.Tuple) and not m.findall(handler.type, _BASE):
            handlers[place] = handler.with_changes(type=_without(handler.type))
        elif self._is_asyncio() and (
            handler.type is None or m.findall(handler.type, _BASE)
        ):
            AddImportsVisitor.add_needed_import(self.context, "asyncio")
            passing = cst.ExceptHandler(
                cst.IndentedBlock([_RAISE]),
                cst.parse_expression("asyncio.CancelledError"),
                leading_lines=handler.leading_lines,
            )
            handlers[place] = handler.with_changes(leading_lines=[])
            handlers.insert(place, passing)
        return node.with_changes(handlers=handlers)

    def _is_asyncio(self) -> bool:
        return _OTHER_LOOP.search(self.text) is None

    def leave_With(
        self, original_node: cst.With, updated_node: cst.With
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        """Suppress what else is named; where nothing is, the block stands alone."""
        for place, item in enumerate(original_node.items):
            if self.hit(item.item) and isinstance(item.item, cst.Call):
                return self._unsuppressed(updated_node, place)
        return updated_node

    def _unsuppressed(
        self, node: cst.With, place: int
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        call = node.items[place].item
        assert isinstance(call, cst.Call)  # noqa: S101 -- for the type checker
        kept = [arg for arg in call.args if not m.matches(arg.value, _CANCELS)]
        items = list(node.items)
        if kept:
            kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            items[place] = items[place].with_changes(item=call.with_changes(args=kept))
            return node.with_changes(items=items)
        for name, obj in (("contextlib", None), ("suppress", "suppress")):
            # The import and this use of it: then nothing needs it any more.
            if len(re.findall(rf"\b{name}\b", self.text.replace(_FROM, ""))) == 2:
                RemoveImportsVisitor.remove_unused_import(
                    self.context, "contextlib", obj
                )
        del items[place]
        if items:
            items[-1] = items[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            return node.with_changes(items=items)
        return _unwrapped(node, [])


def _raising(body: cst.BaseSuite) -> cst.BaseSuite:
    """A clause's body, ending in a `raise`; unchanged where it ends by another one."""
    if not isinstance(body, cst.IndentedBlock):
        return cst.IndentedBlock([_RAISE])
    *before, last = body.body
    if m.matches(last, _RAISES):
        return body
    if isinstance(last, cst.SimpleStatementLine) and m.matches(last, _IDLE):
        return body.with_changes(body=[*before, last.with_changes(body=_RAISE.body)])
    return body.with_changes(body=[*before, last, _RAISE])


def _without(types: cst.Tuple) -> cst.BaseExpression:
    kept = [e for e in types.elements if not m.matches(e.value, _CANCELS)]
    if len(kept) == 1:
        return kept[0].value
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return types.with_changes(elements=kept)


def _left_after(
    node: cst.Try,
) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
    """The last statement of the `finally`, moved behind the `try`."""
    last = node.finalbody
    assert last is not None  # noqa: S101 -- for the type checker
    *before, leaving = last.body.body
    assert isinstance(leaving, cst.BaseStatement)  # noqa: S101 -- for the type checker
    if before:
        node = node.with_deep_changes(last.body, body=before)
    elif node.handlers:
        node = node.with_changes(finalbody=None)
    else:
        return _unwrapped(node, [leaving])
    return cst.FlattenSentinel([node, leaving])


def _unwrapped(
    node: cst.With | cst.Try, after: Sequence[cst.BaseStatement]
) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
    """The block of a statement in its place, less indented."""
    if not isinstance(node.body, cst.IndentedBlock):
        return node
    inner: list[_Statement] = [*node.body.body]
    first, last = inner[0], inner[-1]
    if isinstance(first, cst.SimpleStatementLine | cst.BaseCompoundStatement):
        leading = [*node.leading_lines, *first.leading_lines]
        inner[0] = first.with_changes(leading_lines=leading)
    ends = m.SimpleStatementLine([m.Return() | m.Raise()])
    inner += [] if m.matches(last, ends) else after
    return cst.FlattenSentinel([s for s in inner if isinstance(s, cst.BaseStatement)])
