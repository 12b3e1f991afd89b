"""Whose cancellation it may be that ends a block: the coroutine's, or a task's."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.source import SourceFile

# These wait for what they are given, and end with it.
_WAIT_FOR = {"asyncio.gather", "asyncio.shield", "asyncio.timeout", "asyncio.wait",
             "asyncio.wait_for", "builtins.list", "builtins.tuple"}  # fmt: skip


def waits_for_others(block: Iterable[ast.stmt], file: SourceFile) -> bool:
    """Whether a cancellation that ends this block may be that of an awaited task.

    So it is where all that is awaited are tasks and futures cancelled in this function,
    or made elsewhere.
    """
    awaited = [
        node.value
        for statement in block
        for node in own_nodes(statement)
        if isinstance(node, ast.Await)
    ]
    if not awaited:
        return False
    cancelled = set(_cancelled(file, awaited[0]))
    return all(
        cancelled.intersection(_spellings(task, file)) or _is_made_elsewhere(task, file)
        for value in awaited
        for task in _tasks(value, file)
    )


def _is_made_elsewhere(task: ast.expr, file: SourceFile) -> bool:
    if isinstance(task, ast.Name):
        values = file.names.values(task) or []
        made = [v for v in values if not isinstance(v, ast.Constant)]
        return all(
            not isinstance(value, ast.Call) or _is_future(value) for value in made
        )
    return isinstance(task, ast.Attribute | ast.Subscript)


def _is_future(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    return name in {"Future", "create_future"}


def _cancelled(file: SourceFile, inside: ast.AST) -> Iterator[str]:
    """What `.cancel()` is called on in the function around a node."""
    for node in own_nodes(file.coroutine(inside) or file.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=task, attr="cancel")):
                yield from _spellings(task, file)


def _tasks(value: ast.expr, file: SourceFile) -> Iterator[ast.expr]:
    """The tasks that an awaited expression waits for (or the expression itself)."""
    if isinstance(value, ast.Starred):
        yield from _tasks(value.value, file)
    elif isinstance(value, ast.List | ast.Tuple | ast.Set):
        for element in value.elts:
            yield from _tasks(element, file)
    elif isinstance(value, ast.Call) and value.args:
        if file.names.canonical(value.func) not in _WAIT_FOR:
            yield value
        elif file.names.canonical(value.func) == "asyncio.wait_for":
            yield from _tasks(value.args[0], file)
        else:
            for argument in value.args:
                yield from _tasks(argument, file)
    else:
        yield value


def _spellings(task: ast.expr, file: SourceFile) -> Iterator[str]:
    """How a task is written here: itself, and the collections that it is taken from."""
    yield ast.unparse(task)
    match task:
        case ast.Call(func=ast.Attribute(value=mapping, attr="values"), args=[]):
            yield ast.unparse(mapping)
    if isinstance(task, ast.NamedExpr):
        yield task.target.id
        yield from _spellings(task.value, file)
    if isinstance(task, ast.Name):
        for binding in file.names.bindings(task):
            if binding.value is None or binding.kind not in {"loop", "assign"}:
                continue
            if isinstance(binding.value, ast.Name | ast.Attribute):
                yield ast.unparse(binding.value)
            elif binding.kind == "loop":
                yield from _sources(binding.value)


def _sources(iterated: ast.expr) -> Iterator[str]:
    """The collections that a loop runs over, through copies and `.values()`."""
    for node in ast.walk(iterated):
        if isinstance(node, ast.Name | ast.Attribute):
            yield ast.unparse(node)
