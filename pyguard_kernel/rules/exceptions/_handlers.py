"""What the rules on exceptions ask of an `except` clause."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import caught_types, is_caught, own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.source import SourceFile

# The text of a handler: `except` begins its line, and isn't the first.
HANDLER = r"[\n\r][ \t\f]*except\b"

_LOGGER_MODULES = {"logging", "loguru.logger"}
_LOG_METHODS = {"debug", "info", "warning", "warn", "error", "critical", "fatal",
                "exception", "log"}  # fmt: skip

# Calls of these names report the exception at hand with its traceback; a test's `fail`
# raises, and the exception at hand is its context.
_TELLERS = {"exception", "print_exc", "format_exc", "print_exception", "exc_info",
            "format_exception", "capture_exception", "showtraceback",
            "handle_exception", "excepthook",
            "fail"}  # fmt: skip
# These look at an exception and keep nothing of it but words.
_GLANCES = {f"builtins.{name}" for name in (
    "str", "repr", "print", "format", "type", "isinstance", "getattr", "hasattr",
    "bool", "id", "ascii", "len",
)}  # fmt: skip
# The same exceptions by their other names.
_ALIASES = {
    "builtins.IOError": "builtins.OSError",
    "builtins.EnvironmentError": "builtins.OSError",
    "socket.error": "builtins.OSError",
    "socket.timeout": "builtins.TimeoutError",
    "select.error": "builtins.OSError",
    "asyncio.TimeoutError": "builtins.TimeoutError",
    "asyncio.exceptions.TimeoutError": "builtins.TimeoutError",
    "concurrent.futures.TimeoutError": "builtins.TimeoutError",
    "asyncio.exceptions.CancelledError": "asyncio.CancelledError",
    "json.decoder.JSONDecodeError": "json.JSONDecodeError",
}


def named(node: ast.expr | None, file: SourceFile) -> str | None:
    """The one canonical name of an exception class; None where it isn't known."""
    name = file.names.canonical(node)
    return _ALIASES.get(name, name) if name else None


def caught(handler: ast.ExceptHandler, file: SourceFile) -> list[str] | None:
    """The classes that a clause names; None if one isn't known or none is named."""
    types = caught_types(handler)
    if len(types) == 1:
        value = file.names.value(types[0])  # a tuple may have a name of its own
        types = value.elts if isinstance(value, ast.Tuple) else types
    found = [named(node, file) for node in types]
    known = [name for name in found if name is not None]
    return known if known and len(known) == len(found) else None


def caught_text(handler: ast.ExceptHandler, file: SourceFile) -> str:
    """What a clause catches, as people say it."""
    return " or ".join(map(file.code, caught_types(handler))) or "what was caught"


def running(handler: ast.ExceptHandler) -> Iterator[ast.AST]:
    """All that runs in a clause."""
    for statement in handler.body:
        yield from own_nodes(statement)


def is_logger(node: ast.expr, file: SourceFile) -> bool:
    """Whether this is a logger: by its type, or by its name where that isn't known."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in {"bind", "getChild", "opt", "new"}:
            break
        node = node.func.value
    kind = file.names.type_of(node)
    if kind is not None and not kind.startswith(f"{file.module}."):
        return "logger" in kind.rpartition(".")[2].lower()
    if file.names.canonical(node) in _LOGGER_MODULES:
        return True
    name = str(getattr(node, "attr", None) or getattr(node, "id", ""))
    return name.lower().endswith(("log", "logger", "logging"))


def is_log_call(call: ast.Call, file: SourceFile) -> bool:
    """Whether a call writes to a log."""
    func = call.func
    if isinstance(func, ast.Attribute):
        return func.attr in _LOG_METHODS and is_logger(func.value, file)
    return (file.names.canonical(func) or "").rpartition(".")[0] in _LOGGER_MODULES


def is_loguru(call: ast.Call, file: SourceFile) -> bool:
    """Whether a call is of loguru's logger, which has ways of its own."""
    return (file.names.canonical(call.func) or "").startswith("loguru.")


def gives_traceback(call: ast.Call, file: SourceFile) -> bool:
    """Whether a call asks for the traceback by `exc_info` or by its own name."""
    for keyword in call.keywords:
        if keyword.arg in {"exc_info", "exception"} and not is_loguru(call, file):
            value = keyword.value
            return not (isinstance(value, ast.Constant) and not value.value)
    func = call.func
    name = getattr(func, "attr", None) or getattr(func, "id", "")
    if name == "opt":  # loguru's logger.opt(exception=True)
        return any(keyword.arg == "exception" for keyword in call.keywords)
    return name in _TELLERS


def tells_traceback(handler: ast.ExceptHandler, file: SourceFile) -> bool:
    """Whether a clause logs, prints or reports the traceback anywhere.

    It may call a function of this file that does.
    """
    return any(
        _tells(node, file) or (isinstance(node, ast.Call) and _calls_teller(node, file))
        for node in running(handler)
    )


def _tells(node: ast.AST, file: SourceFile) -> bool:
    if isinstance(node, ast.Call):
        return gives_traceback(node, file)
    return isinstance(node, ast.Attribute) and node.attr == "__traceback__"


def _calls_teller(call: ast.Call, file: SourceFile) -> bool:
    function = file.names.definition(call.func)
    return isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and any(
        _tells(node, file) for node in own_nodes(function)
    )


def hands_on(handler: ast.ExceptHandler, file: SourceFile) -> bool:
    """Whether the exception itself goes on: returned, stored, or given to a function.

    Who gets the object gets its traceback; its text alone doesn't count.
    """
    if handler.name is None:
        return False
    return any(
        isinstance(node, ast.Name)
        and is_caught(file, handler, node)
        and _goes_on(node, file)
        for node in running(handler)
    )


def _goes_on(node: ast.expr, file: SourceFile) -> bool:
    child: ast.AST = node
    for above in file.ancestors(node):
        if isinstance(above, ast.Call):
            if child is above.func or is_log_call(above, file):
                return False
            func = above.func
            if isinstance(func, ast.Attribute) and func.attr == "format":
                return False
            return file.names.canonical(func) not in _GLANCES
        if isinstance(above, ast.Return | ast.Yield | ast.Assign | ast.AnnAssign):
            return True
        containers = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred, ast.keyword,
                      ast.IfExp, ast.BoolOp, ast.NamedExpr)  # fmt: skip
        if not isinstance(above, containers):
            return False
        child = above
    return False
