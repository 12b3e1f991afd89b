"""Lets a log call keep the traceback, or prints it after a `print`."""

from __future__ import annotations

from itertools import pairwise

import libcst as cst
import libcst.matchers as m
from libcst.codemod.visitors import AddImportsVisitor

from pyguard_kernel.codemods._base import Mend

_METHOD = m.OneOf(*map(m.Name, ("error", "warning", "warn", "critical", "fatal")))
_LOGS = m.Call(func=m.OneOf(m.Attribute(attr=_METHOD), _METHOD))
_EXC_INFO = m.Arg(keyword=m.Name("exc_info"))
_PRINTS = m.SimpleStatementLine(body=[m.Expr(m.Call(func=m.Name("print")))])
_TRACE = cst.SimpleStatementLine(
    [cst.Expr(cst.parse_expression("traceback.print_exc()"))]
)
_TRACES = m.SimpleStatementLine(
    body=[m.Expr(m.Call(m.Attribute(m.Name("traceback"), m.Name("print_exc"))))]
)


class Fix(Mend):
    """`log.exception(...)` for an error, `exc_info=True` for any other level."""

    MESSAGE = "Keep the traceback"

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Change a log call; what this doesn't help (loguru) the proof takes back."""
        if not self.hit(original_node) or not m.matches(original_node, _LOGS):
            return updated_node
        args = list(updated_node.args)
        flags = [arg for arg in args if m.matches(arg, _EXC_INFO)]
        match updated_node.func:
            case cst.Attribute(attr=cst.Name(value="error")) as func:
                renamed = func.with_changes(attr=cst.Name("exception"))
                kept = _last([arg for arg in args if arg not in flags])
                return updated_node.with_changes(func=renamed, args=kept)
        if flags:
            switched = flags[0].with_changes(value=cst.Name("True"))
            return updated_node.with_deep_changes(flags[0], value=switched.value)
        flag = cst.Arg(
            keyword=cst.Name("exc_info"),
            value=cst.Name("True"),
            equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
        )
        return updated_node.with_changes(args=_joined(updated_node, args, flag))

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Print the traceback after a `print` that has a line of its own."""
        statements = [*original_node.body, cst.EmptyLine()]
        for place, (line, after) in enumerate(pairwise(statements), 1):
            told = not m.matches(line, _PRINTS) or m.matches(after, _TRACES)
            if told or not self.hit(line):
                continue
            AddImportsVisitor.add_needed_import(self.context, "traceback")
            body = [*updated_node.body[:place], _TRACE, *updated_node.body[place:]]
            return updated_node.with_changes(body=body)
        return updated_node


def _last(args: list[cst.Arg]) -> list[cst.Arg]:
    """Arguments of which a later one may have been taken out."""
    if args and not isinstance(args[-1].comma, cst.MaybeSentinel):
        whitespace = args[-1].comma.whitespace_after
        if isinstance(whitespace, cst.SimpleWhitespace):
            return [*args[:-1], args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
    return args


def _joined(call: cst.Call, args: list[cst.Arg], flag: cst.Arg) -> list[cst.Arg]:
    """The flag after the arguments, on a line of its own where they have theirs."""
    if not args:
        return [flag]
    comma, opening = args[-1].comma, call.whitespace_before_args
    between: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if isinstance(comma, cst.Comma) and isinstance(
        comma.whitespace_after, cst.ParenthesizedWhitespace
    ):
        closing = comma.whitespace_after
        if isinstance(opening, cst.ParenthesizedWhitespace):
            between = opening.with_changes(first_line=closing.first_line)
        plain = closing.with_changes(first_line=cst.TrailingWhitespace())
        flag = flag.with_changes(comma=cst.Comma(whitespace_after=plain))
    return [
        *args[:-1],
        args[-1].with_changes(comma=cst.Comma(whitespace_after=between)),
        flag,
    ]
