"""Whether anybody can see what a task raises: its value followed to every use."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import catches_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.source import SourceFile

# Reading these says nothing of the exception.
_IDLE = {"add", "append", "appendleft", "cancel", "cancelled", "cancelling", "clear",
         "discard", "done", "extend", "get_coro", "get_name", "insert", "keys",
         "remove", "remove_done_callback", "set_name", "uncancel",
         "update"}  # fmt: skip
_GIVES = {"copy", "get", "items", "pop", "popitem", "popleft", "setdefault", "values"}
_TAKES = {"add", "append", "appendleft", "extend", "insert", "setdefault", "update"}
_FORGETS = {"count", "discard", "index", "pop", "remove"}
_COPIES = {f"builtins.{name}" for name in (
    "enumerate", "filter", "frozenset", "iter", "list", "next", "reversed", "set",
    "sorted", "tuple", "zip",
)}  # fmt: skip
_GLANCES = {f"builtins.{name}" for name in (
    "all", "any", "bool", "hasattr", "id", "isinstance", "len", "print", "repr", "str",
    "type",
)}  # fmt: skip
# What is returned to these is dropped.
_DROPS = {"add_reader", "add_signal_handler", "add_writer", "call_at", "call_later",
          "call_soon", "call_soon_threadsafe"}  # fmt: skip
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_HOLDERS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.IfExp, ast.BoolOp,
            *_COMPREHENSIONS)  # fmt: skip
_LOOKS = (ast.Compare, ast.UnaryOp, ast.FormattedValue, ast.If, ast.While, ast.Assert,
          ast.Expr)  # fmt: skip


class Watching:
    """Follows one task, or a collection that holds it, through one file.

    What leaves the file's sight (returned, passed to a function, kept under a public
    attribute) counts as watched.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._seen: set[ast.AST] = set()

    def watched(self, node: ast.expr) -> bool:
        """Whether some use of this value can see the exception."""
        if node in self._seen:
            return False
        self._seen.add(node)
        parent = self._file.parent(node)
        match parent:
            case ast.Assign(targets=targets):
                return any(self._kept(parent, target) for target in targets)
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                return self._kept(parent, target)
            case ast.NamedExpr(target=target):
                return self._kept(parent, target) or self.watched(parent)
            case ast.For(target=target):
                return self._each(parent, target)
            case ast.comprehension(target=target):
                return parent.iter is node and self._each(parent, target)
        return self._read(node, parent)

    def _read(self, node: ast.expr, parent: ast.AST | None) -> bool:
        match parent:
            case ast.Attribute():
                return self._attribute(parent)
            case ast.Call():
                return self._passed(node, parent)
            case ast.Lambda():
                return self._returned_by(parent)
            case ast.Subscript(ctx=context) if parent.value is node:
                return isinstance(context, ast.Load) and self.watched(parent)
        if isinstance(parent, _HOLDERS):
            return self.watched(parent)
        return not isinstance(parent, _LOOKS)

    def _kept(self, statement: ast.AST, target: ast.expr) -> bool:
        """Whether what is kept under a name, attribute or key is seen from there."""
        match target:
            case ast.Name():
                uses: Iterator[ast.expr] | list[ast.Name]
                uses = self._file.names.uses_of(statement, target.id)
            case ast.Attribute(attr=attr):
                if not attr.startswith("_"):
                    return True
                uses = self._reads(attr)
            case ast.Subscript(value=collection):
                return self._collection(collection)
            case _:
                return True
        return any(self.watched(use) for use in uses)

    def _reads(self, attr: str) -> Iterator[ast.expr]:
        for node in ast.walk(self._file.tree):
            match node:
                case ast.Attribute(attr=name, ctx=ast.Load()) if name == attr:
                    yield node

    def _collection(self, collection: ast.expr) -> bool:
        """Whether what is in a collection is seen by some use of the collection."""
        if isinstance(collection, ast.Name):
            for binding in self._file.names.bindings(collection):
                if binding.kind != "assign" or self._kept(binding.node, collection):
                    return True
            return False
        return self._kept(collection, collection)

    def _each(self, loop: ast.AST, target: ast.expr) -> bool:
        names = [n for n in ast.walk(target) if isinstance(n, ast.Name)]
        return any(self._kept(loop, name) for name in names)

    def _attribute(self, node: ast.Attribute) -> bool:
        call = self._file.parent(node)
        if node.attr == "add_done_callback" and isinstance(call, ast.Call):
            return all(self._reads_exception(callback) for callback in call.args)
        if node.attr in _GIVES and isinstance(call, ast.Call):
            return self.watched(call)
        return node.attr not in _IDLE

    def _passed(self, node: ast.expr, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Attribute):
            if call.func.attr in _TAKES:
                return self._collection(call.func.value)
            if call.func.attr in _FORGETS:
                return False
        name = self._file.names.canonical(call.func)
        if name in _COPIES:
            return self.watched(call)
        return name not in _GLANCES

    def _returned_by(self, function: ast.Lambda) -> bool:
        call = self._file.parent(function)
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return True
        return call.func.attr not in _DROPS

    def _reads_exception(self, callback: ast.expr) -> bool:
        """Whether a done callback can see the exception of its task."""
        function = self._file.names.definition(callback)
        if isinstance(callback, ast.Lambda):
            function = callback
        if isinstance(function, ast.Lambda | ast.FunctionDef):
            arguments = [*function.args.posonlyargs, *function.args.args]
            is_method = isinstance(callback, ast.Attribute) and len(arguments) > 1
            return any(
                self.watched(use)
                for argument in arguments[is_method:]
                for use in self._file.names.uses_of(argument, argument.arg)
            )
        name = callback.attr if isinstance(callback, ast.Attribute) else ""
        return name not in _IDLE | _FORGETS


def handles_all(coroutine: ast.expr, file: SourceFile) -> bool:
    """Whether a coroutine of this file lets no error out: all of it is in a `try`."""
    function = file.names.definition(getattr(coroutine, "func", coroutine))
    if not isinstance(function, ast.AsyncFunctionDef):
        return False
    body = function.body[ast.get_docstring(function) is not None :]
    if len(body) == 1 and isinstance(body[0], ast.While):
        body = body[0].body
    match body:
        case [ast.Try(handlers=handlers)]:
            return any(catches_all(file, handler) for handler in handlers)
    return False
