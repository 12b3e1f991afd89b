"""What every codemod shares: it mends the one node that a finding stands at."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import libcst as cst
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.metadata import PositionProvider

if TYPE_CHECKING:
    from pyguard_kernel.model import Applicability


class Mend(VisitorBasedCodemodCommand):
    """A codemod at one place: a line and column, both from 1, in characters.

    A subclass says in `MESSAGE` what it does, in `APPLICABILITY` whether the program
    surely means the same apart from the fault, and changes a node where `hit` says so.
    """

    METADATA_DEPENDENCIES = (PositionProvider,)
    APPLICABILITY: ClassVar[Applicability] = "unsafe"
    MESSAGE: ClassVar[str]

    def __init__(self, context: CodemodContext, line: int, column: int) -> None:
        super().__init__(context)
        self._place = (line, column - 1)

    def hit(self, node: cst.CSTNode) -> bool:
        """Whether the finding stands at this node (of the tree before any change)."""
        start = self.get_metadata(PositionProvider, node).start
        return (start.line, start.column) == self._place


def mended(mend: type[Mend], module: cst.Module, line: int, column: int) -> str:
    """The module's text after one mend."""
    return mend(CodemodContext(), line, column).transform_module(module).code
