"""`time.sleep(x)` in a coroutine becomes `await asyncio.sleep(x)`."""

from __future__ import annotations

import re

import libcst as cst
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor

from pyguard_kernel.codemods._base import Mend

_LOOPS = ("asyncio", "trio", "anyio")
_IMPORT = re.compile(
    rf"^[ \t]*(?:import|from)[ \t]+({'|'.join(_LOOPS)})\b", re.MULTILINE
)


class Fix(Mend):
    """Sleeps with the event loop that the file uses, asyncio's where it shows none."""

    MESSAGE = "Await the event loop's own sleep"
    _loop = _LOOPS[0]

    def visit_Module(self, node: cst.Module) -> None:
        """See which event loop the file works with."""
        used = set(_IMPORT.findall(node.code))
        self._loop = next((loop for loop in _LOOPS if loop in used), _LOOPS[0])

    def leave_Call(
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        """Await the other sleep, in the place of this one."""
        args = original_node.args
        if not self.hit(original_node.func) or len(args) != 1 or args[0].star:
            return updated_node
        AddImportsVisitor.add_needed_import(self.context, self._loop)
        RemoveImportsVisitor.remove_unused_import(self.context, "time")
        RemoveImportsVisitor.remove_unused_import(self.context, "time", "sleep")
        call = updated_node.with_changes(
            func=cst.Attribute(cst.Name(self._loop), cst.Name("sleep")),
            lpar=(),
            rpar=(),
        )
        return cst.Await(call, lpar=updated_node.lpar, rpar=updated_node.rpar)
