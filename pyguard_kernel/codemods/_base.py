"""What every codemod shares: it mends the one node that a finding stands at."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, ClassVar

import libcst as cst
from libcst.codemod import Codemod, CodemodContext, VisitorBasedCodemodCommand
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

    libcst takes a second for a thousand lines. So it reads only the function, method
    or statement around the place, and for a new import the module's head, unless the
    mend has to see the whole.

    Raises:
        SyntaxError: the text isn't Python.
        cst.ParserSyntaxError: libcst can't read the text.
    """
    body = ast.parse(text).body
    around = _around(body, line)
    if mend.WHOLE or around is None:
        return _whole(mend, text, line, column)
    lines = LINE_BREAK.split(text)
    first, last = _first(around), _last(around)
    part = "".join(lines[first - 1 : last])
    # Indented lines are a module's when something stands above them.
    above = "if True:" + _newline(text) if part[:1] in " \t" else ""
    context = CodemodContext()
    command = mend(context, text, line - first + 1 + bool(above), column)
    # Without the imports that a command adds by itself, to the part it is given.
    module = Codemod.transform_module(command, cst.parse_module(above + part))
    changed = module.code.removeprefix(above)
    asked = [v for v in _IMPORTS if v.CONTEXT_KEY in context.scratch]
    if not asked:
        return "".join((*lines[: first - 1], changed, *lines[last:]))
    end = min(_head(body), first - 1)
    head = cst.parse_module("".join(lines[:end]))
    for visitor in asked:
        head = visitor(context).transform_module(head)
    told = head.code
    if told and not told.endswith(("\n", "\r")):  # the first import of all
        told += _newline(text) * 2
    return "".join((told, *lines[end : first - 1], changed, *lines[last:]))


# They see the head alone, so a mend asks to remove only what nothing else uses.
_IMPORTS = (AddImportsVisitor, RemoveImportsVisitor)


def _whole(mend: type[Mend], text: str, line: int, column: int) -> str:
    command = mend(CodemodContext(), text, line, column)
    return command.transform_module(cst.parse_module(text)).code


def _head(body: list[ast.stmt]) -> int:
    """The last line of a module's docstring and imports, or of the comments above."""
    imports = [s for s in body if isinstance(s, ast.Import | ast.ImportFrom)]
    is_text = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    ends = [_last(statement) for statement in imports + body[:is_text]]
    return max(ends, default=_first(body[0]) - 1)


def _around(body: list[ast.stmt], line: int) -> ast.stmt | None:
    """What stands around a line, below the module and its classes."""
    found: ast.stmt | None = None
    while body:
        inner = next((s for s in body if _first(s) <= line <= _last(s)), None)
        found = inner or found
        body = inner.body if isinstance(inner, ast.ClassDef) else []
    return found


def _first(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min(statement.lineno, *(d.lineno for d in decorators), statement.lineno)


def _last(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
