"""Adds a note to the caught exception and raises it again."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from pyguard_kernel.codemods._base import Mend

# What joins a text to the exception's own: not wanted at the end of a note.
_JOINTS = " \t\n:;,-–—("  # noqa: RUF001 -- dashes of every length


class Fix(Mend):
    """`raise T(f"{path}: {e}") from e` becomes `e.add_note(f"{path}")` and `raise`."""

    MESSAGE = "Add a note and raise the same exception"

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        """Two lines for the one that raised; a shared line is left alone."""
        raised = original_node.body[0]
        if len(original_node.body) > 1 or not isinstance(raised, cst.Raise):
            return updated_node
        if not self.hit(raised) or not isinstance(raised.exc, cst.Call):
            return updated_node
        name = self._caught(raised)
        if name is None:
            return updated_node
        note = _note(raised.exc.args[0].value, name)
        call = cst.Call(cst.Attribute(cst.Name(name), cst.Name("add_note")),
                        [cst.Arg(note)])  # fmt: skip
        first = cst.SimpleStatementLine(
            [cst.Expr(call)], leading_lines=updated_node.leading_lines
        )
        second = updated_node.with_changes(body=[cst.Raise()], leading_lines=())
        return cst.FlattenSentinel([first, second])

    def _caught(self, raised: cst.Raise) -> str | None:
        """The name of the exception whose text is in the message."""
        names = {
            cst.ensure_type(handler.name.name, cst.Name).value
            for handler in self._handlers
            if handler.name is not None
        }
        used = [n.value for n in m.findall(raised, m.Name()) if isinstance(n, cst.Name)]
        return next((name for name in reversed(used) if name in names), None)

    def visit_Module(self, node: cst.Module) -> None:
        """Start outside of any handler."""
        self._handlers: list[cst.ExceptHandler] = []

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        """Remember the handlers around."""
        self._handlers.append(node)

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        """Forget it again."""
        self._handlers.pop()
        return updated_node


def _note(message: cst.BaseExpression, name: str) -> cst.BaseExpression:
    """The message without the exception's own text, where that stands at an end."""
    if isinstance(message, cst.FormattedString):
        return _format(message, name)
    if m.matches(message, m.BinaryOperation(operator=m.Add())):
        sum_ = cst.ensure_type(message, cst.BinaryOperation)
        if _is_text(sum_.right, name) and isinstance(sum_.left, cst.SimpleString):
            return _stripped(sum_.left)
    return message


def _format(message: cst.FormattedString, name: str) -> cst.BaseExpression:
    parts = list(message.parts)
    if _is_part(parts[-1], name):
        kept = _ended(parts[:-1])
    elif _is_part(parts[0], name):
        kept = _begun(parts[1:])
    else:
        return message
    if not kept or any(_is_part(part, name) for part in kept):
        return message
    if all(isinstance(part, cst.FormattedStringText) for part in kept):
        text = "".join(cst.ensure_type(p, cst.FormattedStringText).value for p in kept)
        if "{" not in text and "}" not in text:
            prefix = message.start.rstrip("'\"").lower().replace("f", "")
            return cst.SimpleString(prefix + message.end + text + message.end)
    return message.with_changes(parts=kept)


def _ended(
    parts: list[cst.BaseFormattedStringContent],
) -> list[cst.BaseFormattedStringContent]:
    if parts and isinstance(parts[-1], cst.FormattedStringText):
        text = parts[-1].value.rstrip(_JOINTS)
        last = [parts[-1].with_changes(value=text)] if text else []
        return [*parts[:-1], *last]
    return parts


def _begun(
    parts: list[cst.BaseFormattedStringContent],
) -> list[cst.BaseFormattedStringContent]:
    if parts and isinstance(parts[0], cst.FormattedStringText):
        text = parts[0].value.lstrip(_JOINTS.rstrip("("))
        first = [parts[0].with_changes(value=text)] if text else []
        return [*first, *parts[1:]]
    return parts


def _stripped(text: cst.SimpleString) -> cst.SimpleString:
    quote = text.quote
    inner = text.value[: -len(quote)].rstrip(_JOINTS)
    return text.with_changes(value=inner + quote)


def _is_part(part: cst.BaseFormattedStringContent, name: str) -> bool:
    return isinstance(part, cst.FormattedStringExpression) and _is_text(
        part.expression, name
    )


def _is_text(node: cst.BaseExpression, name: str) -> bool:
    caught = m.Name(name)
    quoted = m.Call(func=m.Name("str") | m.Name("repr"), args=[m.Arg(caught)])
    element = m.Subscript(value=m.Attribute(value=caught, attr=m.Name("args")))
    return m.matches(node, caught | quoted | element)
