"""Commands that Python code runs, read by its syntax; nothing of it is executed.

Words that aren't literal stand as `...`.
"""

from __future__ import annotations

import ast
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNKNOWN = "..."
_DEEPEST = 8


def tree_of(text: str) -> ast.Module | None:
    """The syntax tree, or None where the text is no Python of today."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def constants(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """Names that are given one value in this body."""
    found: dict[str, ast.expr] = {}
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = node.value
        elif (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.value is not None
        ):
            found[node.target.id] = node.value
    return found


def word(node: ast.expr, names: Mapping[str, ast.expr], depth: int = 0) -> str:
    """The text that an expression stands for, `...` where it isn't known."""
    if depth > _DEEPEST:
        return UNKNOWN
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            word(v.value if isinstance(v, ast.FormattedValue) else v, names, depth + 1)
            for v in node.values
        )
    if isinstance(node, ast.Name) and node.id in names:
        return word(names[node.id], names, depth + 1)
    if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.executable":
        return "python"
    if (
        isinstance(node, ast.Call)
        and len(node.args) == 1
        and ast.unparse(node.func) in ("str", "Path")
    ):
        return word(node.args[0], names, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = word(node.left, names, depth + 1)
        return left + word(node.right, names, depth + 1)
    return UNKNOWN


def words(node: ast.expr, names: Mapping[str, ast.expr], depth: int = 0) -> list[str]:
    """The words that an expression of a list stands for."""
    if depth > _DEEPEST:
        return [UNKNOWN]
    if isinstance(node, ast.List | ast.Tuple):
        return [
            text
            for element in node.elts
            for text in (
                words(element.value, names, depth + 1)
                if isinstance(element, ast.Starred)
                else [word(element, names, depth + 1)]
            )
        ]
    if isinstance(node, ast.Name) and node.id in names:
        return words(names[node.id], names, depth + 1)
    if isinstance(node, ast.Attribute) and node.attr == "posargs":
        return []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = words(node.left, names, depth + 1)
        return left + words(node.right, names, depth + 1)
    if isinstance(node, ast.BoolOp):
        # `session.posargs or ["tests"]`: what is run where nothing is given.
        return words(node.values[-1], names, depth + 1)
    if isinstance(node, ast.IfExp):
        return words(node.orelse, names, depth + 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        text = word(node.func.value, names, depth + 1)
        return text.split() if node.func.attr == "split" else [UNKNOWN]
    return [UNKNOWN]


def place_of(node: ast.AST, path: str) -> Place:
    """Where a node stands; columns in characters, near enough for ASCII lines."""
    line = getattr(node, "lineno", 1)
    column = getattr(node, "col_offset", 0) + 1
    end = getattr(node, "end_lineno", None) or line
    end_column = (getattr(node, "end_col_offset", None) or 0) + 1
    return Place(path, (line, column, end, max(end_column, 1)))


# A call, its words or script, and why its failure fails nothing.
type Run = tuple[ast.Call, list[str] | str, str]


# One script may stand behind dozens of jobs.
@lru_cache(maxsize=64)
def subprocesses(text: str) -> tuple[Run, ...]:
    """Calls of subprocess and os.system in a module's text."""
    if "subprocess" not in text and "os.system" not in text:
        return ()
    module = tree_of(text)
    return () if module is None else tuple(_runs(module))


def _runs(module: ast.Module) -> Iterator[Run]:
    names = constants(module.body)
    for scope in ast.walk(module):
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            local = {**names, **constants(scope.body)}
        elif isinstance(scope, ast.Module):
            local = names
        else:
            continue
        for node in _own(scope):
            dropped = isinstance(node, ast.Expr)
            call = node.value if isinstance(node, ast.Expr) else node
            if isinstance(call, ast.Call):
                yield from _subprocess(call, local, dropped=dropped)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The calls of a scope that stand in no function inside of it."""
    left = deque(ast.iter_child_nodes(scope))
    while left:
        node = left.popleft()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield node
            left += ast.iter_child_nodes(node.value)
            continue
        if isinstance(node, ast.Call):
            yield node
        left += ast.iter_child_nodes(node)


_RUNS = frozenset({"run", "call", "check_call", "check_output", "Popen"})
_CALLED = _RUNS | {"system"}


def _subprocess(
    call: ast.Call, names: Mapping[str, ast.expr], *, dropped: bool
) -> Iterator[Run]:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _CALLED:
        return
    function = ast.unparse(call.func)
    head, _, last = function.rpartition(".")
    given = {k.arg: k.value for k in call.keywords}
    first = call.args[0] if call.args else given.get("args")
    if first is None:
        return
    if function == "os.system":
        said = word(first, names)
        yield call, said, "`os.system` raises nothing" if dropped else ""
    elif head in ("subprocess", "sp") and last in _RUNS:
        checked = given.get("check")
        sure = last.startswith("check_") or (
            checked is not None and ast.unparse(checked) != "False"
        )
        soft = "" if sure or not dropped else f"`subprocess.{last}` raises nothing"
        shell = given.get("shell")
        if shell is not None and ast.unparse(shell) == "True":
            yield call, word(first, names), soft
        else:
            yield call, words(first, names), soft
