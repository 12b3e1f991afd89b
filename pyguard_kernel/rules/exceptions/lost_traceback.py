"""An error logged or printed in a handler without its traceback."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import exits, handler_around
from pyguard_kernel.located import node_at
from pyguard_kernel.model import Level, Reference, Ruff, Rule, Tree
from pyguard_kernel.rules.exceptions._handlers import (
    HANDLER,
    caught,
    caught_text,
    gives_traceback,
    hands_on,
    is_log_call,
    is_loguru,
    tells_traceback,
)
from pyguard_kernel.walk import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Diagnostic, Hit
    from pyguard_kernel.source import SourceFile

_METHODS = {"error", "critical", "fatal", "warning", "warn"}
# Not failures: a stop, an end of input, or a package that isn't installed. A traceback
# to the line of the `try` itself would tell nothing.
_NO_FAILURE = {
    "asyncio.CancelledError",
    "builtins.EOFError",
    "builtins.GeneratorExit",
    "builtins.ImportError",
    "builtins.KeyboardInterrupt",
    "builtins.ModuleNotFoundError",
    "builtins.StopAsyncIteration",
    "builtins.StopIteration",
    "builtins.SystemExit",
}


def judge(diagnostic: Diagnostic, file: SourceFile) -> str | None:
    """Each TRY400 that we would find too: ruff has the fix for it."""
    call = node_at(file, diagnostic, ast.Call)
    return _message(call, file) if call else None


def find(handler: ast.ExceptHandler, file: SourceFile) -> Iterator[Hit]:
    """A `print` or a log call of a warning or worse, in a handler."""
    for call in below(handler, ast.Call):
        func = call.func
        told = isinstance(func, ast.Name) or getattr(func, "attr", "") in _METHODS
        if told and handler_around(file, call) is handler:
            message = _message(call, file)
            if message:
                yield call, message


def _message(call: ast.Call, file: SourceFile) -> str | None:
    handler = handler_around(file, call)
    if handler is None or gives_traceback(call, file):
        return None
    remedy = _remedy(call, file)
    if remedy is None or not _loses(handler, file, prints="traceback" in remedy):
        return None
    lost = caught_text(handler, file)
    return f"`{file.code(call.func)}` keeps no traceback of {lost}: {remedy}"


def _remedy(call: ast.Call, file: SourceFile) -> str | None:
    """What to write instead; None where this call reports nothing to people."""
    func = call.func
    if file.names.canonical(func) == "builtins.print":
        streams = [k.value for k in call.keywords if k.arg == "file"]
        if not call.args or not all(_is_standard(stream, file) for stream in streams):
            return None
        return "log it with `log.exception()`, or call `traceback.print_exc()`"
    method = (
        func.attr
        if isinstance(func, ast.Attribute)
        else (file.names.canonical(func) or "").rpartition(".")[2]
    )
    if method not in _METHODS or not is_log_call(call, file):
        return None
    if method == "error":
        return "use `exception`"
    if is_loguru(call, file):
        return "call it on `logger.opt(exception=True)`"
    return "add `exc_info=True`"


def _is_standard(node: ast.expr, file: SourceFile) -> bool:
    return file.names.canonical(node) in {"sys.stdout", "sys.stderr"}


def _loses(handler: ast.ExceptHandler, file: SourceFile, *, prints: bool) -> bool:
    """Whether nothing in the handler keeps the traceback, and it is a failure's."""
    names = caught(handler, file)
    if names is not None and _NO_FAILURE.issuperset(names):
        return False
    leaving = {"raise", "stop"} if prints else {"raise"}
    if {way.kind for way in exits(file, handler.body)} <= leaving:
        return False  # it goes on to the caller; a program's last words are for users
    return not tells_traceback(handler, file) and not hands_on(handler, file)


RULE = Rule(
    code="PG209",
    level=Level.MUST,
    statements=("2.3.3",),
    summary="Log caught errors with their traceback: log.exception() or exc_info=True.",
    why=(
        "The text of an exception is often a single word, such as a missing key. Logged"
        " alone it doesn't say which of a hundred look-ups failed, nor who called it."
        " The traceback was there, at no cost, and is gone when the handler ends."
        " Whoever gets the call at night then has to guess, or wait for the next time."
        " `log.exception(...)` and `exc_info=True` keep it. Where the handler raises"
        " again or hands the exception on, the one who catches it there logs it."
    ),
    references=(
        Reference(
            "logging: Logger.exception and exc_info",
            "https://docs.python.org/3/library/logging.html#logging.Logger.exception",
            "2026-11-23",
        ),
        Reference(
            "Ruff: error-instead-of-exception (TRY400)",
            "https://docs.astral.sh/ruff/rules/error-instead-of-exception/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Ruff(("TRY400",), judge),
        Tree((ast.ExceptHandler,), find, (b"except",), HANDLER),
    ),
    fix="yes",
)
