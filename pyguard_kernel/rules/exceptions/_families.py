"""What one file says of exception classes: defined, raised, caught, used otherwise."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from pyguard_kernel.patterns import regex
from pyguard_kernel.scopes import FUNCTIONS
from pyguard_kernel.walk import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.source import SourceFile

_KINDS = ("Error", "Exception", "Failure", "Fault")
_ENDINGS = (*_KINDS, *(f"{kind}s" for kind in _KINDS))
# A file that defines one holds one of these, and this.
NEEDLES = tuple(kind.encode() for kind in _KINDS)
DEFINES = rf"class[\s\\]+\w*(?:{'|'.join(_KINDS)})s?\b"
_SUFFIX = regex(rf"(?:{'|'.join(_KINDS)})s?$")
_WORD = regex(r"[A-Z]+(?=[A-Z][a-z]|$|_)|[A-Z]?[a-z0-9]+")
# Methods that tell the reader more, and the caller nothing to act upon.
_TELLING = {"__init__", "__str__", "__repr__", "__reduce__"}


def facts(file: SourceFile) -> dict[str, Any] | None:
    """The file's part, as plain data.

    classes: canonical name -> [name, bases, span, plain, module]; tries: one list of
    [caught names, body] for each; raised: [name, place], a place being the words of
    the module and of what is around; used: names that stand anywhere else.
    """
    if file.is_test:
        return None  # a test asserts on each class; that isn't handling
    names = file.names
    classes = {
        names.qualified(node): [
            node.name,
            [base for b in node.bases if (base := names.canonical(b))],
            list(file.span(node)),
            all(_is_plain(statement) for statement in node.body),
            file.module,
        ]
        for node in below(file.tree, ast.ClassDef)
        if is_exception_name(node.name)
    }
    tries = [
        [[sorted(_caught(h, file)), _body(h)] for h in node.handlers]
        for kind in (ast.Try, ast.TryStar)
        for node in below(file.tree, kind)
        if isinstance(node, ast.Try | ast.TryStar)
    ]
    raised, used = [], set()
    for name, node in _mentions(file):
        if _is_raised(node, file):
            raised.append([name, sorted(_place(node, file))])
        elif not _is_declared(node, file):
            used.add(name)
    if not (classes or tries or raised or used):
        return None
    return {"classes": classes, "tries": tries, "raised": raised, "used": sorted(used)}


def is_exception_name(name: str) -> bool:
    """Whether a class is named as exceptions are."""
    return name.endswith(_ENDINGS)


def words(name: str) -> frozenset[str]:
    """The words of a name, in lower case and singular, without `Error`."""
    found = (word.lower() for word in _WORD.findall(_SUFFIX.sub("", name)))
    return frozenset(word[:-1] if word.endswith("s") else word for word in found)


# Words for what went wrong or what to do about it: such a class is made for a caller.
KINDS = words(
    "abort access already auth authentication authorization bad busy cancel cancelled"
    " cannot canceled closed conflict connect connection data decode deny denied"
    " deprecated disconnect duplicate empty encode exceeded exist expire expired fail"
    " failed fatal forbidden format found http illegal incompatible input integrity"
    " invalid io key limit lookup malformed mismatch missing network no not operation"
    " parse parser permanent permission protocol quota rate read refused reject"
    " rejected request response retry retryable runtime security stale state syntax"
    " temporary timeout transient type unauthorized unavailable unexpected unknown"
    " unreachable unsupported usage user validation value version write wrong"
)


def _is_plain(statement: ast.stmt) -> bool:
    if isinstance(statement, FUNCTIONS):
        return statement.name in _TELLING
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _caught(handler: ast.ExceptHandler, file: SourceFile) -> set[str]:
    """What a handler catches; a name that stands for a tuple is looked into."""
    if handler.type is None:
        return set()
    caught = file.names.value(handler.type)
    parts = caught.elts if isinstance(caught, ast.Tuple) else [handler.type]
    return {file.names.canonical(part) or file.code(part) for part in parts}


def _body(handler: ast.ExceptHandler) -> str:
    """The handler's code, whatever it calls the exception."""
    code = ";".join(ast.dump(statement) for statement in handler.body)
    return code.replace(f"id='{handler.name}'", "id=''") if handler.name else code


def _mentions(file: SourceFile) -> Iterator[tuple[str, ast.expr]]:
    """Every expression that names an exception class, with its canonical name."""
    for node in below(file.tree, ast.Name):
        if isinstance(node.ctx, ast.Load) and is_exception_name(node.id):
            name = file.names.canonical(node)
            if name is not None and not name.startswith("builtins."):
                yield name, node
    for attribute in below(file.tree, ast.Attribute):
        if is_exception_name(attribute.attr):
            name = file.names.canonical(attribute)
            if name is not None:
                yield name, attribute


def _is_raised(node: ast.expr, file: SourceFile) -> bool:
    above = file.parent(node)
    if isinstance(above, ast.Call) and above.func is node:
        above = file.parent(above)
    return isinstance(above, ast.Raise)


def _is_declared(node: ast.expr, file: SourceFile) -> bool:
    """Whether a mention only derives from the class, catches it or annotates by it."""
    child: ast.AST = node
    for above in file.ancestors(node):
        if isinstance(above, ast.ClassDef):
            return child in above.bases
        if isinstance(above, ast.ExceptHandler):
            return child is above.type
        if isinstance(above, ast.arg | ast.arguments):
            return isinstance(above, ast.arg)
        if isinstance(above, ast.Assign):  # a tuple of them, for handlers
            return isinstance(above.value, ast.Tuple) and child is above.value
        if isinstance(above, ast.stmt):
            return child is getattr(above, "returns", None)
        child = above
    return False


def _place(node: ast.expr, file: SourceFile) -> set[str]:
    around = [
        above.name
        for above in file.ancestors(node)
        if isinstance(above, (*FUNCTIONS, ast.ClassDef))
    ]
    return set().union(*map(words, [*around, *file.module.split(".")]))
