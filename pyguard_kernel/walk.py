"""One pass over a tree, by code generated for the node types that were asked for."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from types import CodeType, FunctionType

from pyguard_kernel.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

# A tree may be deeper than Python's default limit for calls; Python-to-Python calls
# take no C stack, so a higher limit is safe here.
_DEPTH = 50_000


class _Field(NamedTuple):
    name: str
    kind: str
    mark: str


def _asdl() -> tuple[dict[type[ast.AST], tuple[_Field, ...]], dict[str, set[str]]]:
    """The grammar of trees, from the signatures that the ast classes carry."""
    fields: dict[type[ast.AST], tuple[_Field, ...]] = {}
    members: dict[str, set[str]] = {}
    for cls in vars(ast).values():
        if not (isinstance(cls, type) and issubclass(cls, ast.AST)):
            continue
        signature = re.match(r"\w+\((.*)\)$", cls.__doc__ or "", re.DOTALL)
        if "=" in (cls.__doc__ or "=") or ast.Constant in cls.__bases__:
            continue  # `expr = BoolOp(...) | ...` is a kind, and Num is a ghost
        found = re.findall(r"(\w+)([*?]?) (\w+)", signature[1]) if signature else ()
        fields[cls] = tuple(_Field(name, kind, mark) for kind, mark, name in found)
        for base in (cls, *cls.__bases__):
            members.setdefault(base.__name__, set()).add(cls.__name__)
    return fields, members


_FIELDS, _MEMBERS = _asdl()


def _reaches(wanted: frozenset[str]) -> set[str]:
    """The kinds and types below (or at) which a wanted type can stand."""
    reaching = set(wanted)
    grown = True
    while grown:
        before = len(reaching)
        for cls, fields in _FIELDS.items():
            if any(field.kind in reaching for field in fields):
                reaching.add(cls.__name__)
        for kind, types in _MEMBERS.items():
            if types & reaching:
                reaching.add(kind)
        grown = len(reaching) > before
    return reaching


def _child_code(field: _Field, before: str) -> list[str]:
    child = [f"{before}t = type(c)", f"{before}if t in V: V[t](c, X)"]
    if field.mark == "*":
        inner = [line.replace(before, before + "  ", 1) for line in child]
        guard = [f"{before}  if c is None: continue"] if field.name == "keys" else []
        return [f"{before}for c in node.{field.name}:", *guard, *inner]
    return [f"{before}c = node.{field.name}", *child]


@cache
def _compiled(body: str) -> CodeType:
    """The code of a visitor; most walkers share most of theirs."""
    text = f"def visit(node, X):\n{body}"
    module = compile(text, "<visitor>", "exec")  # noqa: PG307 -- made here, of grammar
    return next(c for c in module.co_consts if isinstance(c, CodeType))


def _function(body: str, scope: dict[str, Any]) -> Callable[..., None]:
    return FunctionType(_compiled(body), scope)


def _generate(
    body: Callable[[str], list[str]], wanted: frozenset[str], scope: dict[str, Any]
) -> dict[type[ast.AST], Callable[..., None]]:
    """Visitors by node type; a type with nothing to do below it has none."""
    reaching = _reaches(wanted)
    table: dict[type[ast.AST], Callable[..., None]] = {}
    for cls, fields in _FIELDS.items():
        name = cls.__name__
        if name not in reaching:
            continue
        lines = body(name)
        for field in fields:
            if field.kind in reaching:
                lines += _child_code(field, "  ")
        if lines:
            table[cls] = _late(table, cls, "\n".join(lines), scope)
    return table


def _late(
    table: dict[type[ast.AST], Callable[..., None]],
    cls: type[ast.AST],
    body: str,
    scope: dict[str, Any],
) -> Callable[..., None]:
    """A visitor that is compiled when its type is met: small files have few types."""

    def visit(node: ast.AST, context: Any) -> None:
        table[cls] = visitor = _function(body, {**scope, "V": table})
        visitor(node, context)

    return visit


class Walker:
    """Calls each handler for each node of its types: `handler(node, context)`.

    `handlers` maps a node type to functions that yield results; a walk gathers
    (index of the function in the order of first mention, result).
    """

    def __init__(
        self, handlers: Mapping[type[ast.AST], Sequence[tuple[int, Any]]]
    ) -> None:
        scope: dict[str, Any] = {}
        calls: dict[str, list[str]] = {}
        for cls, functions in handlers.items():
            for number, function in functions:
                scope[f"h{number}"] = function
                calls.setdefault(cls.__name__, []).append(
                    f"  for r in h{number}(node, X.file): X.add(({number}, r))"
                )
        self._visitors = _generate(
            lambda name: list(calls.get(name, ())), frozenset(calls), scope
        )

    def walk(self, tree: ast.AST, file: Any) -> list[tuple[int, Any]]:
        """All results over a tree, in the order of its nodes."""
        found: list[tuple[int, Any]] = []
        context = _Context(file, found.append)
        visit = self._visitors.get(type(tree))
        if visit is not None:
            with deep():
                visit(tree, context)
        return found


class _Context(NamedTuple):
    file: Any
    add: Callable[[tuple[int, Any]], None]


class deep:  # noqa: N801 -- used as a function is, in `with deep():`
    """Lets calls nest as deep as a tree may."""

    def __enter__(self) -> None:
        self._before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(self._before, _DEPTH))

    def __exit__(self, *_: object) -> None:
        sys.setrecursionlimit(self._before)


@cache
def _collector(
    types: tuple[type[ast.AST], ...],
) -> dict[type[ast.AST], Callable[..., None]]:
    wanted = frozenset(cls.__name__ for cls in types)
    return _generate(lambda name: ["  X(node)"] if name in wanted else [], wanted, {})


def below[N: ast.AST](tree: ast.AST, *types: type[N]) -> list[N]:
    """The nodes of these (concrete) types in a tree, itself included, in their order.

    Several times faster than `ast.walk`, which looks at every leaf.
    """
    found: list[N] = []
    visit = _collector(types).get(type(tree))
    if visit is not None:
        with deep():
            visit(tree, found.append)
    return found


# Leaves that no one asks for the parent of: `Load()` is one object for all.
_SHARED = {"expr_context", "boolop", "operator", "unaryop", "cmpop", "type_ignore"}


def _nodes_in(fields: tuple[_Field, ...]) -> list[_Field]:
    return [f for f in fields if f.kind in _MEMBERS and f.kind not in _SHARED]


# The fields of each type that hold nodes of their own, last first: (name, is a list).
_CHILDREN = {
    cls: [(field.name, field.mark == "*") for field in reversed(_nodes_in(fields))]
    for cls, fields in _FIELDS.items()
}


def push_children(node: ast.AST, stack: list[ast.AST]) -> None:
    """Put a node's children on a stack, so that the first is popped first."""
    for name, is_list in _CHILDREN[type(node)]:
        child = getattr(node, name)
        if is_list:
            stack.extend(c for c in reversed(child) if c is not None)
        elif child is not None:
            stack.append(child)


@cache
def _parent_visitors() -> dict[type[ast.AST], Callable[..., None]]:
    table: dict[type[ast.AST], Callable[..., None]] = {}
    for cls, fields in _FIELDS.items():
        lines: list[str] = []
        for field in _nodes_in(fields):
            if field.mark == "*":
                lines += [f"  for c in node.{field.name}:", "    X[c] = node",
                          "    t = type(c)", "    if t in V: V[t](c, X)"]  # fmt: skip
            else:
                lines += [f"  c = node.{field.name}", "  X[c] = node", "  t = type(c)",
                          "  if t in V: V[t](c, X)"]  # fmt: skip
        if lines:
            table[cls] = _late(table, cls, "\n".join(lines), {})
    return table


def parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """Each node of a tree -> the node that holds it."""
    found: dict[Any, ast.AST] = {}
    visit = _parent_visitors().get(type(tree))
    if visit is not None:
        with deep():
            visit(tree, found)
        found.pop(None, None)
    return found
