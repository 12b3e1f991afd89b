"""`eval` of data becomes `ast.literal_eval`; eval of code is left to a person."""

from __future__ import annotations

import re

import libcst as cst
import libcst.matchers as m
from libcst.codemod.visitors import AddImportsVisitor

from pyguard_kernel.codemods._base import Mend

_EVAL = m.Name("eval") | m.Attribute(m.Name("builtins"), m.Name("eval"))
_MAP = m.Name("map")
# Text put together, or made from code, is code; data arrives whole.
_MADE = m.OneOf(m.FormattedString(), m.BinaryOperation(), m.Lambda(),
                m.Call(m.OneOf(m.Name("compile"), m.Name("str"))))  # fmt: skip
_CODE = re.compile(
    r"code|expr|formula|source|src|script|program|func|callable|cond|rule|predicate|"
    r"filter|query|class|type|module|annotation|hint|name|method|stmt|statement|body|"
    r"template|compile|ast|tree|node|command|cmd|snippet|test|input_text|lambda|format|"
    r"eval",
    re.IGNORECASE,
)


class Fix(Mend):
    """Reads the text as a literal, unless what it is called says that it's code."""

    MESSAGE = "Read the text as a literal"
    WHOLE = True

    def visit_Module(self, node: cst.Module) -> None:
        """Note the names that hold text put together in this file."""
        self._made = {
            target.target.value
            for assign in m.findall(node, m.Assign())
            if isinstance(assign, cst.Assign) and m.findall(assign.value, _MADE)
            for target in assign.targets
            if isinstance(target.target, cst.Name)
        }
        self._taken = m.findall(node, m.AssignTarget(m.Name("ast")))

    def leave_Call(
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        """`eval(text)` or `map(eval, texts)`, with nothing else given."""
        args = original_node.args
        if m.matches(original_node.func, _EVAL) and self.hit(original_node):
            if len(args) == 1 and self._is_data(args[0]):
                return updated_node.with_changes(func=self._literal_eval())
        elif (
            m.matches(original_node.func, _MAP)
            and len(args) == 2
            and m.matches(args[0].value, _EVAL)
            and self.hit(args[0].value)
            and self._is_data(args[1])
        ):
            first = updated_node.args[0].with_changes(value=self._literal_eval())
            return updated_node.with_changes(args=[first, *updated_node.args[1:]])
        return updated_node

    def _is_data(self, arg: cst.Arg) -> bool:
        """Whether the text came from elsewhere and isn't called code there."""
        if arg.star or arg.keyword or self._taken or m.findall(arg.value, _MADE):
            return False
        words = [
            found.value
            for found in m.findall(arg.value, m.Name() | m.SimpleString())
            if isinstance(found, cst.Name | cst.SimpleString)
        ]
        return bool(words) and not any(
            word in self._made or _CODE.search(word) for word in words
        )

    def _literal_eval(self) -> cst.Attribute:
        AddImportsVisitor.add_needed_import(self.context, "ast")
        return cst.Attribute(cst.Name("ast"), cst.Name("literal_eval"))
