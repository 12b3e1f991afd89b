"""Takes a message that was built in place apart: a constant text, and its values."""

from __future__ import annotations

import re
from typing import NamedTuple

import libcst as cst
import libcst.matchers as m

# What `%` formats as an f-string does: numbers, with a width of zeros and digits.
_SPEC = re.compile(r"(?:0\d+)?(?:\.\d+)?[dfeExX]$")
_CONVERSION = re.compile(r"%(?:%|[-#0 +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa])")
_FIELD = re.compile(r"\{\{|\}\}|\{(\w*)\}|[{}]")
_BARE = re.compile(r"[^\w\s]*%(?:0\d+)?(?:\.\d+)?[a-zA-Z][^\w\s]*")

type Value = tuple[str | None, cst.BaseExpression]


class Message(NamedTuple):
    """A template for `%`, and its values with the field names that they suggest."""

    template: cst.BaseExpression
    values: list[Value]

    @property
    def event(self) -> cst.SimpleString | None:
        """The text without its placeholders; None where too little is left."""
        if not isinstance(self.template, cst.SimpleString):
            return None
        if self.template.prefix or len(self.template.quote) != 1:
            return None
        text = _BARE.sub(" ", self.template.raw_value).replace("%%", "%")
        text = re.sub(r"\s+", " ", text).strip(" :;,=-")
        quote = self.template.quote
        return cst.SimpleString(f"{quote}{text}{quote}") if text else None


def taken_apart(node: cst.BaseExpression) -> Message | None:
    """The parts of an f-string, `%`, `+` or `.format`; None where that isn't sure."""
    if isinstance(node, cst.FormattedString | cst.ConcatenatedString):
        return _from_f_string(node)
    if isinstance(node, cst.BinaryOperation):
        if isinstance(node.operator, cst.Modulo):
            return _from_percent(node)
        return _from_sum(node) if isinstance(node.operator, cst.Add) else None
    return _from_format(node) if isinstance(node, cst.Call) else None


def _from_f_string(
    node: cst.FormattedString | cst.ConcatenatedString,
) -> Message | None:
    values: list[Value] = []
    template = _template(node, values)
    return Message(template, values) if template is not None and values else None


def _template(
    node: cst.BaseExpression, values: list[Value]
) -> cst.BaseExpression | None:
    """The text of (a part of) an f-string; its values are added to those before."""
    if isinstance(node, cst.ConcatenatedString):
        left, right = _template(node.left, values), _template(node.right, values)
        if left is None or right is None:
            return None
        return node.with_changes(left=left, right=right)
    if isinstance(node, cst.SimpleString):
        if "b" in node.prefix.lower():
            return None
        return node.with_changes(value=node.value.replace("%", "%%"))
    if not isinstance(node, cst.FormattedString):
        return None
    text = ""
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            text += part.value.replace("%", "%%").replace("{{", "{").replace("}}", "}")
            continue
        conversion = _conversion(part)
        if not conversion or not isinstance(part, cst.FormattedStringExpression):
            return None
        text += conversion
        values.append(_value(part.expression))
    start = node.start.replace("f", "").replace("F", "")
    return cst.SimpleString(start + text + node.end, lpar=node.lpar, rpar=node.rpar)


def _conversion(part: cst.BaseFormattedStringContent) -> str | None:
    if not isinstance(part, cst.FormattedStringExpression) or part.equal is not None:
        return None
    if not part.format_spec:
        return f"%{part.conversion or 's'}"
    spec = part.format_spec[0] if len(part.format_spec) == 1 else None
    if part.conversion or not isinstance(spec, cst.FormattedStringText):
        return None
    return f"%{spec.value}" if _SPEC.match(spec.value) else None


def _value(node: cst.BaseExpression) -> Value:
    name = node.attr if isinstance(node, cst.Attribute) else node
    return (name.value if isinstance(name, cst.Name) else None), node


def _from_percent(node: cst.BinaryOperation) -> Message | None:
    """`"..." % values`, where each conversion has a value of its own."""
    template = node.left
    if not isinstance(template, cst.SimpleString):
        return None
    wanted = [c for c in _CONVERSION.findall(template.value) if c != "%%"]
    if isinstance(node.right, cst.Tuple):
        elements = node.right.elements
        if any(isinstance(element, cst.StarredElement) for element in elements):
            return None
        values = [_value(element.value) for element in elements]
    elif isinstance(node.right, cst.Dict):
        return None
    else:
        values = [_value(node.right)]
    return Message(template, values) if values and len(wanted) == len(values) else None


def _from_sum(node: cst.BinaryOperation) -> Message | None:
    """`"..." + value + "..."`, in one kind of quotes."""
    leaves = list(_leaves(node))
    texts = [leaf for leaf in leaves if isinstance(leaf, cst.SimpleString)]
    if not texts or len({(text.prefix, text.quote) for text in texts}) > 1:
        return None
    content, values = "", list[Value]()
    for leaf in leaves:
        if isinstance(leaf, cst.SimpleString):
            content += leaf.raw_value.replace("%", "%%")
        elif m.matches(leaf, m.FormattedString() | m.ConcatenatedString()):
            return None
        else:
            content += "%s"
            values.append(_value(_bare(leaf)))
    first = texts[0]
    template = cst.SimpleString(f"{first.prefix}{first.quote}{content}{first.quote}")
    return Message(template, values) if values else None


def _leaves(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return [*_leaves(node.left), *_leaves(node.right)]
    return [node]


def _bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """`x` of `str(x)`: `%s` makes the text."""
    if isinstance(node, cst.Call) and m.matches(node, m.Call(m.Name("str"), [m.Arg()])):
        return node.args[0].value
    return node


def _from_format(node: cst.Call) -> Message | None:
    """`"...".format(...)` whose fields are all plain, and used in their order."""
    function = node.func
    if not isinstance(function, cst.Attribute):
        return None
    text = function.value
    if not isinstance(text, cst.SimpleString) or any(arg.star for arg in node.args):
        return None
    fields = [f for f in _FIELD.finditer(text.raw_value) if f[0] not in {"{{", "}}"}]
    names = [field[1] for field in fields]
    given = {arg.keyword.value if arg.keyword else str(n): arg.value
             for n, arg in enumerate(node.args)}  # fmt: skip
    if all(name == "" for name in names):
        names = [str(n) for n in range(len(names))]
    if not names or None in names or {*names} != {*given}:
        return None
    escaped = text.raw_value.replace("%", "%%")
    content = _FIELD.sub(lambda f: f[0][0] if f[0] in {"{{", "}}"} else "%s", escaped)
    template = cst.SimpleString(f"{text.prefix}{text.quote}{content}{text.quote}")
    return Message(template, [_value(given[name]) for name in names])
