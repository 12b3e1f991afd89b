"""Log messages with values baked into their text, and prints in place of a log."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pyguard_kernel.located import node_at
from pyguard_kernel.model import Level, Reference, Ruff, Rule, Tree
from pyguard_kernel.patterns import regex
from pyguard_kernel.rules.exceptions._built_text import made_by
from pyguard_kernel.rules.exceptions._prints import is_output, is_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Diagnostic, Hit
    from pyguard_kernel.source import SourceFile

_LEVELS = {"debug", "info", "warning", "warn", "error", "exception", "critical",
           "fatal", "log", "msg", "adebug", "ainfo", "awarning", "aerror", "aexception",
           "acritical", "trace", "success"}  # fmt: skip
_LOGGERS = {"logging", "logging.Logger", "logging.LoggerAdapter", "loguru.logger",
            "structlog.BoundLogger", "structlog.stdlib.BoundLogger"}  # fmt: skip
# A call of such a method.
_CALL = rf"\.[\s\\]*(?:{'|'.join(sorted(_LEVELS))})[\s\\]*\("
# A logger that another module made, known by its name alone.
_NAMED = regex(r"\._?(?:\w*_)?(?:log|logger)$", re.IGNORECASE)


def judge(diagnostic: Diagnostic, file: SourceFile) -> str | None:
    """Of G001 to G004, the messages that values go into, outside of tests."""
    node = node_at(file, diagnostic, ast.JoinedStr, ast.BinOp, ast.Call)
    if node is None or file.is_test or made_by(node) is None:
        return None
    return _message(node, file)


def judge_print(diagnostic: Diagnostic, file: SourceFile) -> str | None:
    """Of T201, the prints that stand in for a log."""
    if is_tool(file):
        return None
    call = node_at(file, diagnostic, ast.Call)
    if call is None or is_output(call, file):
        return None
    function = file.function(call)
    name = getattr(function, "name", "")
    return (
        f"this print{f' in `{name}`' if name else ''} is a log line without level,"
        " time or fields: log a constant event with its values beside it, as in"
        ' `log.info("event", key=value)` with structlog'
    )


def find(call: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """Loggers that ruff doesn't take for one, and messages made a line earlier."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _LEVELS:
        return
    text = _text_of(call, function.attr)
    if text is None or file.is_test:
        return
    if isinstance(text, ast.Name):
        # With arguments behind it, the text is a template, and they are the values.
        made = _made_for(text, file) if call.args[-1:] == [text] else None
    else:
        made = text if made_by(text) else None
    if made is not None and _is_logger(function.value, file):
        yield text, _message(made, file)


def _text_of(call: ast.Call, method: str) -> ast.expr | None:
    place = 1 if method == "log" else 0
    if len(call.args) > place:
        return call.args[place]
    return next((k.value for k in call.keywords if k.arg in {"msg", "event"}), None)


def _made_for(name: ast.Name, file: SourceFile) -> ast.expr | None:
    """The value of a name that this function makes only to log it here."""
    bindings = file.names.bindings(name)
    if file.names.scope_of(name) is file.tree and file.function(name) is not None:
        return None  # a constant of the module
    if (
        len(bindings) != 1
        or bindings[0].kind != "assign"
        or bindings[0].place is not None
    ):
        return None
    value = bindings[0].value
    if value is None or made_by(value) is None:
        return None
    uses = file.names.uses_of(bindings[0].node, name.id)
    return value if len(uses) == 1 else None


def _is_logger(node: ast.expr, file: SourceFile) -> bool:
    known = file.names.type_of(node) or file.names.canonical(node) or ""
    if known in _LOGGERS:
        return True
    return isinstance(node, ast.Name) and _NAMED.search(known) is not None


def _message(node: ast.expr, file: SourceFile) -> str:
    return (
        f"`{file.code(node)}` ({made_by(node)}) bakes the values into the message: keep"
        " the event's text constant and pass them beside it, as fields (structlog,"
        " `extra`) or arguments"
    )


RULE = Rule(
    code="PG212",
    level=Level.MUST,
    statements=("2.4.1",),
    summary="Log constant events with named values, not sentences made of them.",
    why=(
        "A sentence with the values inside is a new text each time: no one can count an"
        " event, alert on it, or ask for all lines of one order without guessing at a"
        " pattern, and the pattern breaks when someone mends the wording. A value with"
        " a line break in it forges a whole entry. The text is built even when the"
        " level is off and nobody reads it. A print has no level, time or logger, and"
        " can't be turned down. Output that a person asked for on the command line is"
        " no log: there print is right."
    ),
    references=(
        Reference(
            "logging HOWTO: Optimization",
            "https://docs.python.org/3/howto/logging.html#optimization",
            "2026-11-23",
        ),
        Reference(
            "Logging Cookbook: Implementing structured logging",
            "https://docs.python.org/3/howto/logging-cookbook.html#implementing-structured-logging",
            "2026-11-23",
        ),
        Reference(
            "structlog: Getting Started",
            "https://www.structlog.org/en/stable/getting-started.html",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Ruff(("G001", "G002", "G003", "G004"), judge),
        Ruff(("T201",), judge_print, fixes=False),
        Tree((ast.Call,), find, (b"log",), _CALL),
    ),
    fix="some",
)
