"""`time.sleep(x)` in a coroutine becomes `await asyncio.sleep(x)`."""

from __future__ import annotations

import re

import libcst as cst
from libcst.codemod.visitors import AddImportsVisitor

from pyguard_kernel.codemods._base import Mend

_LOOPS = ("asyncio", "trio", "anyio")
_IMPORT = re.compile(
    rf"^[ \t]*(?:import|from)[ \t]+({'|'.join(_LOOPS)})\b", re.MULTILINE
)
_RENAMED = re.compile(r"\bsleep[ \t]+as[ \t]+(\w+)")


class Fix(Mend):
    """Sleeps with the event loop that the file uses, asyncio's where it shows none.

    The import of time stays, since other cells or files may use it from here.
    """

    MESSAGE = "Await the event loop's own sleep"

    def visit_Module(self, node: cst.Module) -> None:
        """See which event loop the file works with, and what it calls the sleep."""
        code = self.text
        used = set(_IMPORT.findall(code))
        self._loop = next((loop for loop in _LOOPS if loop in used), _LOOPS[0])
        self._sleeps = {"sleep", *_RENAMED.findall(code)}

    def leave_Call(
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        """Await the other sleep, in the place of this one."""
        function, args = original_node.func, original_node.args
        name = function.attr if isinstance(function, cst.Attribute) else function
        is_sleep = isinstance(name, cst.Name) and name.value in self._sleeps
        if not (is_sleep and self.hit(function)) or len(args) != 1 or args[0].star:
            return updated_node
        AddImportsVisitor.add_needed_import(self.context, self._loop)
        call = updated_node.with_changes(
            func=cst.Attribute(cst.Name(self._loop), cst.Name("sleep")),
            lpar=(),
            rpar=(),
        )
        return cst.Await(call, lpar=updated_node.lpar, rpar=updated_node.rpar)
