"""A coroutine that a statement drops is awaited, where its function can await."""

from __future__ import annotations

import libcst as cst

from pyguard_kernel.codemods._base import Mend


class Fix(Mend):
    """Puts `await` before the call, in coroutines alone."""

    MESSAGE = "Await the coroutine"
    _target: cst.Call | None = None

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Enter a function."""
        self._around().append(node.asynchronous is not None)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Leave it."""
        self._around().pop()
        return updated_node

    def visit_Call(self, node: cst.Call) -> None:
        """Of the calls that start here, `a().b()` and `a()`, the whole is meant."""
        around = self._around()
        if self._target is None and around and around[-1] and self.hit(node):
            self._target = node

    def leave_Call(
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        """Await it."""
        if original_node is not self._target:
            return updated_node
        call = updated_node.with_changes(lpar=(), rpar=())
        return cst.Await(call, lpar=updated_node.lpar, rpar=updated_node.rpar)

    def _around(self) -> list[bool]:
        """For each function around the place, whether it is a coroutine."""
        stack: list[bool] = self.context.scratch.setdefault("around", [])
        return stack
