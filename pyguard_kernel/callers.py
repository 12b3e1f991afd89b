"""Where a file mentions one of its functions, and what its calls hand over."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.source import SourceFile

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def mentions(file: SourceFile, function: ast.AST) -> Iterator[ast.AST]:
    """Where this file mentions a function: by its name, or as a method by `.name`."""
    name: str = getattr(function, "name", "")
    if not isinstance(file.parent(function), ast.ClassDef):
        yield from file.names.uses_of(function, name)
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute) and node.attr == name:
            yield node


def passed(file: SourceFile, parameter: ast.arg) -> list[ast.expr]:
    """What the calls of a plain function give one of its parameters.

    Empty where the file doesn't call it, or hands it on, or a call can't be read.
    """
    arguments = file.parent(parameter)
    function = file.parent(arguments) if isinstance(arguments, ast.arguments) else None
    if not isinstance(arguments, ast.arguments) or not isinstance(function, _FUNCTIONS):
        return []
    if isinstance(file.parent(function), ast.ClassDef):
        return []
    order = [*arguments.posonlyargs, *arguments.args]
    place = order.index(parameter) if parameter in order else len(order)
    found: list[ast.expr] = []
    for mention in mentions(file, function):
        call = file.parent(mention)
        if not isinstance(call, ast.Call) or call.func is not mention:
            return []
        given = [k.value for k in call.keywords if k.arg == parameter.arg]
        given = given or call.args[place : place + 1]
        if not given or any(isinstance(a, ast.Starred) for a in call.args):
            return []
        found += given
    return found
