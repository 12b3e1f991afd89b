"""What every codemod shares: it mends the one node that a finding stands at."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, ClassVar

import libcst as cst
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor
from libcst.metadata import PositionProvider

from pyguard_kernel.source import LINE_BREAK

if TYPE_CHECKING:
    from pyguard_kernel.model import Applicability


class Mend(VisitorBasedCodemodCommand):
    """A codemod at one place: a line and column, both from 1, in characters.

    A subclass says in `MESSAGE` what it does, in `APPLICABILITY` whether the program
    surely means the same apart from the fault, in `WHOLE` whether it looks at more of
    the tree than the function around, and changes a node where `hit` says so. `text`
    is the whole module's.
    """

    METADATA_DEPENDENCIES = (PositionProvider,)
    APPLICABILITY: ClassVar[Applicability] = "unsafe"
    MESSAGE: ClassVar[str]
    WHOLE: ClassVar[bool] = False

    def __init__(
        self, context: CodemodContext, text: str, line: int, column: int
    ) -> None:
        super().__init__(context)
        self.text = text
        self._place = (line, column - 1)

    def hit(self, node: cst.CSTNode) -> bool:
        """Whether the finding stands at this node (of the tree before any change)."""
        start = self.get_metadata(PositionProvider, node).start
        return (start.line, start.column) == self._place


def mended(mend: type[Mend], text: str, line: int, column: int) -> str:
    """A module's text after one mend.

    Only the function, method or statement around the place is read by libcst, which
    takes a second for some thousand lines, unless the mend has to see the whole.

    Raises:
        cst.ParserSyntaxError: libcst can't read the text.
    """
    first, last = (0, 0) if mend.WHOLE else _region(text, line)
    if last:
        lines = LINE_BREAK.split(text)
        part = "".join(lines[first - 1 : last])
        # Indented lines are a module's when something stands above them.
        above = "if True:" + _newline(text) if part[:1] in " \t" else ""
        context = CodemodContext()
        command = mend(context, text, line - first + 1 + bool(above), column)
        module = command.transform_module(cst.parse_module(above + part))
        if not _IMPORTS & context.scratch.keys():
            changed = module.code.removeprefix(above)
            return "".join((*lines[: first - 1], changed, *lines[last:]))
    command = mend(CodemodContext(), text, line, column)
    return command.transform_module(cst.parse_module(text)).code


# A mend that asks for another import changes more than the place.
_IMPORTS = {AddImportsVisitor.CONTEXT_KEY, RemoveImportsVisitor.CONTEXT_KEY}


def _region(text: str, line: int) -> tuple[int, int]:
    """The lines of what stands around a line below modules and classes; or (0, 0)."""
    found: ast.stmt | None = None
    body: list[ast.stmt] = ast.parse(text).body
    while body:
        inner = next((s for s in body if _first(s) <= line <= _last(s)), None)
        found = inner or found
        body = inner.body if isinstance(inner, ast.ClassDef) else []
    return (_first(found), _last(found)) if found else (0, 0)


def _first(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min(statement.lineno, *(d.lineno for d in decorators), statement.lineno)


def _last(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
