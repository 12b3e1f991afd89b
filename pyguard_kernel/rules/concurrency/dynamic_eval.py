"""eval, exec and compile of anything but literals."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.located import node_at
from pyguard_kernel.model import Level, Reference, Ruff, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.model import Diagnostic, Hit
    from pyguard_kernel.source import SourceFile

_RUNNERS = {"builtins.eval": "eval", "builtins.exec": "exec"}
_COMPILE = "builtins.compile"
_ALL = {*_RUNNERS, _COMPILE}
_WORDS = {"eval", "exec", "compile"}
# `re.compile` and the like are no builtins; `builtins.compile` is.
_WORD = r"(?:eval|exec|compile)\b(?<![.\w]eval)(?<![.\w]exec)(?<![.\w]compile)|builtins"
_IMPORT = r"builtins[\s\\]+import"
_AST_ONLY = {"ast.PyCF_ONLY_AST", "_ast.PyCF_ONLY_AST"}
# Text in, text out: of a literal they make nothing that someone else chose.
_SHAPERS = {"textwrap.dedent", "textwrap.indent", "inspect.cleandoc"}
_SHAPING = {"strip", "lstrip", "rstrip", "encode", "join", "format", "replace"}


def judge(diagnostic: Diagnostic, file: SourceFile) -> str | None:
    """Of S307 and S102, the calls whose text isn't a literal."""
    call = node_at(file, diagnostic, ast.Call)
    return _message(call, file.names.called(call), file) if call is not None else None


def find(node: ast.Name | ast.Attribute, file: SourceFile) -> Iterator[Hit]:
    """What ruff doesn't see: compile, other names for these, and eval handed on."""
    if (node.id if isinstance(node, ast.Name) else node.attr) not in _WORDS:
        return
    name = file.names.canonical(node)
    if name not in _ALL:
        return
    yield from _use(node, name, file)
    above = file.parent(node)
    if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
        yield from _uses(above, above.targets[0].id, name, file)


def find_imported(node: ast.ImportFrom, file: SourceFile) -> Iterator[Hit]:
    """The builtins under another name."""
    for alias in node.names if node.module == "builtins" else ():
        if alias.asname and alias.name in _WORDS:
            yield from _uses(node, alias.asname, f"builtins.{alias.name}", file)


def _uses(binding: ast.stmt, local: str, name: str, file: SourceFile) -> Iterator[Hit]:
    for use in file.names.uses_of(binding, local):
        if file.names.canonical(use) == name:
            yield from _use(use, name, file)


def _use(node: ast.expr, name: str, file: SourceFile) -> Iterator[Hit]:
    """A builtin where it stands: called, or handed to another function."""
    above = file.parent(node)
    if not isinstance(above, ast.Call):
        return
    if above.func is node:
        message = _message(above, name, file)
        if message is not None:
            yield above, message
    elif name in _RUNNERS and not file.is_test:
        message = (
            f"`{file.code(above.func)}` gets {_RUNNERS[name]} itself, which runs any"
            " text that it is handed: hand over ast.literal_eval or a parser"
        )
        yield node, message


def _message(call: ast.Call, name: str | None, file: SourceFile) -> str | None:
    source = _source(call)
    # A test's author wrote the text that it runs.
    if source is None or file.is_test:
        return None
    if name in _RUNNERS and not _is_fixed(source, file):
        advice = (
            "read data with ast.literal_eval or json.loads"
            if name == "builtins.eval"
            else "call a function that you wrote, chosen from a table by name"
        )
        return (
            f"`{file.code(call)}` runs `{file.code(source)}` as code, with all that"
            f" this process may do: {advice}"
        )
    if name == _COMPILE and not _is_harmless(call, source, file):
        return (
            f"`{file.code(call)}` makes code of text that isn't a literal: parse it"
            " with ast.parse and look at it, or call a function that you wrote"
        )
    return None


def _source(call: ast.Call) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((k.value for k in call.keywords if k.arg == "source"), None)


def _is_harmless(call: ast.Call, source: ast.expr, file: SourceFile) -> bool:
    """Whether a compile only parses, takes a literal, or feeds a call that is found."""
    if _is_fixed(source, file):
        return True
    for node in [*call.args[1:], *(k.value for k in call.keywords)]:
        if any(file.names.canonical(part) in _AST_ONLY for part in ast.walk(node)):
            return True
    above = file.parent(call)
    if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
        uses = file.names.uses_of(above, above.targets[0].id)
        return any(file.names.called(file.parent(use)) in _RUNNERS for use in uses)
    return file.names.called(above) in _RUNNERS


def _is_fixed(node: ast.expr, file: SourceFile, depth: int = 8) -> bool:
    """Whether an expression's text follows from literals of this file alone."""
    if isinstance(node, ast.Constant):
        return True
    parts = _parts(node, file)
    return (
        bool(parts)
        and depth > 0
        and all(part is not None and _is_fixed(part, file, depth - 1) for part in parts)
    )


def _parts(node: ast.expr, file: SourceFile) -> Sequence[ast.expr | None]:
    """What an expression's text is made of; nothing where that can't be told."""
    match node:
        case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return parts
        case ast.FormattedValue(value=value):
            return [value]
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.Call(func=function, args=arguments, keywords=keywords):
            given = [*arguments, *(k.value for k in keywords)]
            name = file.names.canonical(function)
            if name == _COMPILE:
                return given[:1]
            if name in _SHAPERS:
                return given
            if isinstance(function, ast.Attribute) and function.attr in _SHAPING:
                return [function.value, *given]
        case ast.Name():
            return [
                b.value if b.kind in {"assign", "loop"} and b.place is None else None
                for b in file.names.bindings(node)
            ]
    return ()


RULE = Rule(
    code="PG307",
    level=Level.NEVER,
    statements=("3.2.5", "12.1.13"),
    summary="Never eval or exec text that someone else can write.",
    why=(
        "Whoever writes the text that eval gets runs as your program: it can read its"
        " secrets, delete its files and call its network. Taking the builtins away"
        " doesn't help, because any object leads back to them through its class. And"
        " errors in such code have no file and no line, and no tool can check it."
        " Data is read with ast.literal_eval or json.loads; a choice of behaviour is"
        " a look-up in a table of functions."
    ),
    references=(
        Reference(
            "Built-in Functions: eval",
            "https://docs.python.org/3/library/functions.html#eval",
            "2026-11-23",
        ),
        Reference(
            "ast.literal_eval",
            "https://docs.python.org/3/library/ast.html#ast.literal_eval",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Ruff(("S307", "S102"), judge),
        Tree((ast.Name, ast.Attribute), find, (b"eval", b"exec", b"compile"), _WORD),
        Tree((ast.ImportFrom,), find_imported, (b"builtins",), _IMPORT),
    ),
    fix="some",
)
