"""How concurrent operations are started and gathered, and what their results are for.

One failure in `asyncio.gather` reaches the caller at once; the other operations keep
running, and what they return is lost. What is right instead depends on how the results
are used, and this table decides it, for PG201 and PG305 alike:

| the results of `gather` are                                       | use      | rule  |
|-------------------------------------------------------------------|----------|-------|
| dropped: `await gather(a(), b())`                                 | together | PG201 |
| dropped, where the operations close or stop something             | -        | none  |
| unpacked: `a, b = await gather(...)`                              | together | PG201 |
| combined: returned, indexed, given whole to a call, `sum(...)`    | together | PG201 |
| iterated by a loop or a comprehension, or zipped with the inputs  | each     | PG305 |
| used in both ways                                                 | each     | PG305 |
| asked for with their failures: `return_exceptions=...`            | -        | none  |
| of one operation alone                                            | -        | none  |
| never awaited where it can be seen: handed on, kept in an object  | -        | none  |
| of tasks that a handler around it cancels                         | -        | none  |

So a call is never both. Together: one failure makes the rest useless, and a TaskGroup
cancels it (but nobody wants one clean-up cancelled because another failed). Each: one
failure says nothing of the others, and `return_exceptions=True` keeps them.
"""

from __future__ import annotations

import ast

from pyguard_kernel.flow import own_nodes, tries_around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from pyguard_kernel.source import SourceFile

type Use = Literal["together", "each"]

GATHER = {"asyncio.gather", "asyncio.tasks.gather"}
# What makes a task that nobody watches; a TaskGroup's create_task watches it.
SPAWNERS = {
    "asyncio.AbstractEventLoop.create_task",
    "asyncio.create_task",
    "asyncio.ensure_future",
    "asyncio.tasks.create_task",
    "asyncio.tasks.ensure_future",
}

_OF_A_LOOP = ".loop.create_task"

# These give what their first argument gives, when awaited or called.
_AWAITING = {"asyncio.wait_for", "asyncio.tasks.wait_for", "asyncio.shield",
             "asyncio.tasks.shield", "asyncio.ensure_future"}  # fmt: skip
_RUNNING = {"asyncio.run", "asyncio.AbstractEventLoop.run_until_complete"}
_COPIES = {"builtins.list", "builtins.tuple", "builtins.iter", "builtins.reversed"}
_CLEANERS = {"aclose", "cancel", "cleanup", "close", "disconnect", "kill", "release",
             "shutdown", "stop", "teardown", "terminate"}  # fmt: skip
_ADDS = {"add", "append", "appendleft"}
# These pair or pass on the results one at a time.
_ONE_BY_ONE = {"builtins.zip", "builtins.enumerate", "builtins.map", "builtins.filter"}
# A comprehension inside these is but a way to combine.
_COMBINES = {"builtins.all", "builtins.any", "builtins.len", "builtins.max",
             "builtins.min", "builtins.sum", "math.fsum"}  # fmt: skip
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def table() -> str:
    """The decision table above, as Markdown."""
    lines = (__doc__ or "").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


def is_gather(file: SourceFile, call: ast.Call) -> bool:
    """Whether a call is asyncio's `gather`."""
    return file.names.canonical(call.func) in GATHER


def starts_task(file: SourceFile, node: ast.AST) -> bool:
    """Whether a node is a call that starts a task which nobody watches."""
    name = file.names.called(node)
    # Whatever object has a `loop` with a `create_task`: it is asyncio's.
    return name is not None and (name in SPAWNERS or name.endswith(_OF_A_LOOP))


def use(file: SourceFile, call: ast.Call) -> Use | None:
    """What the results of a call of `gather` are used for, by the table above.

    None where neither rule speaks.
    """
    if _asks_for_failures(call) or not _several(call) or cancels_after(file, call):
        return None
    uses = set(_uses(file, call, awaited=False))
    if "each" in uses:
        return "each"
    if all(_cleans_up(file, operation) for operation in call.args):
        return None
    return "together" if "together" in uses else None


def cancels_after(file: SourceFile, node: ast.AST) -> bool:
    """Whether a `try` around a node cancels something in a handler or at its end."""
    return any(
        isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Attribute)
        and inner.func.attr == "cancel"
        for block in tries_around(file, node)
        for part in (*block.handlers, *block.finalbody)
        for inner in own_nodes(part)
    )


def _asks_for_failures(call: ast.Call) -> bool:
    for keyword in call.keywords:
        if keyword.arg is None:
            return True  # `**options` may ask
        if keyword.arg == "return_exceptions":
            value = keyword.value
            return not (isinstance(value, ast.Constant) and not value.value)
    return False


def _cleans_up(file: SourceFile, operation: ast.expr) -> bool:
    """Whether an argument of gather is (or is made of) calls that close something."""
    match operation:
        case ast.Starred(value=value):
            found = elements(file, value) or [file.names.value(value)]
            return all(_cleans_up(file, made) for made in found)
        case ast.Call(args=[started, *_]) if starts_task(file, operation):
            return _cleans_up(file, started)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return not _CLEANERS.isdisjoint(name.lower().split("_"))
    return False


def elements(file: SourceFile, collection: ast.expr) -> list[ast.expr]:
    """What a collection made in this function holds: the expressions of its elements.

    One for a comprehension, all of a literal, and all that are put in one by one.
    """
    match made := file.names.value(collection):
        case ast.ListComp(elt=one) | ast.SetComp(elt=one) | ast.GeneratorExp(elt=one):
            found = [one]
        case ast.DictComp(value=one):
            found = [one]
        case ast.List(elts=found) | ast.Tuple(elts=found) | ast.Set(elts=found):
            pass
        case ast.Dict(values=found):
            pass
        case _:
            found = []
    if isinstance(collection, ast.Name) and isinstance(
        made, ast.List | ast.Dict | ast.Call
    ):
        found = [*found, *_put_in(file, collection)]
    return [file.names.value(element) for element in found]


def _put_in(file: SourceFile, collection: ast.Name) -> Iterator[ast.expr]:
    function = file.function(collection)
    for name in file.names.uses.get(collection.id, ()):
        parent = file.parent(name)
        around = file.parent(parent) if parent is not None else None
        if file.function(name) is not function:
            continue
        match parent, around:
            case ast.Attribute(attr=attr), ast.Call(args=[element]) if attr in _ADDS:
                yield element
            case ast.Subscript(ctx=ast.Store()), ast.Assign(value=element):
                yield element


def _several(call: ast.Call) -> bool:
    return len(call.args) > 1 or any(isinstance(a, ast.Starred) for a in call.args)


def _uses(file: SourceFile, node: ast.expr, *, awaited: bool) -> Iterator[Use]:
    """The uses of an expression: the gathered future, or (awaited) its results."""
    parent = file.parent(node)
    match parent:
        case ast.Await():
            yield from _uses(file, parent, awaited=True)
        case ast.NamedExpr(target=target):
            yield from _uses(file, parent, awaited=awaited)
            yield from _by_name(file, parent, target, awaited=awaited)
        case ast.IfExp() if node is not parent.test:
            yield from _uses(file, parent, awaited=awaited)
        case ast.Call():
            yield from _called(file, node, parent, awaited=awaited)
        case (
            ast.Assign(targets=[ast.Name() as target])
            | ast.AnnAssign(target=ast.Name() as target)
        ):
            yield from _by_name(file, parent, target, awaited=awaited)
        case _ if awaited:
            yield _result(file, node, parent)


def _by_name(
    file: SourceFile, statement: ast.AST, target: ast.Name, *, awaited: bool
) -> Iterator[Use]:
    if awaited:
        yield "together"  # unless something below takes them one by one
    for name in file.names.uses_of(statement, target.id):
        yield from _uses(file, name, awaited=awaited)


def _called(
    file: SourceFile, node: ast.expr, call: ast.Call, *, awaited: bool
) -> Iterator[Use]:
    name = file.names.canonical(call.func)
    if not awaited:
        if name in _AWAITING | _RUNNING:
            yield from _uses(file, call, awaited=name in _RUNNING)
    elif name in _COPIES:
        yield from _uses(file, call, awaited=True)
    elif node is not call.func:
        yield "each" if name in _ONE_BY_ONE else "together"


def _result(file: SourceFile, node: ast.expr, parent: ast.AST | None) -> Use:
    match parent:
        case ast.For():
            return "each"
        case ast.comprehension():
            return "together" if _is_combined(file, parent) else "each"
        case ast.Subscript(slice=index) if index is not node:
            known = isinstance(index, ast.Constant | ast.Slice | ast.UnaryOp)
            return "together" if known else "each"
    return "together"


def _is_combined(file: SourceFile, generator: ast.comprehension) -> bool:
    whole = file.parent(generator)
    call = file.parent(whole) if isinstance(whole, _COMPREHENSIONS) else None
    if not isinstance(call, ast.Call):
        return False
    joined = isinstance(call.func, ast.Attribute) and call.func.attr == "join"
    return joined or file.names.canonical(call.func) in _COMBINES
