"""Runs an exercise's asserts so that nothing they do can break or hang the page."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import threading
import traceback
from types import FunctionType
from typing import Any

CHECK = "<check>"


def run_asserts(source: str, names: dict[str, Any], *, seconds: float) -> str | None:
    """Run a check and return the hint of the first thing that failed, or None.

    The source may use `await`. It runs in a thread with an event loop of its own: the
    loop of the kernel is busy with the cell, and a reader's unmended code may hang.
    What it prints is dropped.
    """
    hints: list[str] = []
    thread = threading.Thread(
        target=lambda: hints.append(_hint_of(source, names)), daemon=True
    )
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        thread.start()
        thread.join(seconds)
    if not hints:
        return f"it had not ended after {seconds:g} seconds"
    return hints[0] or None


def _hint_of(source: str, names: dict[str, Any]) -> str:
    try:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        # It is a cell of the page, and runs as every other one does.
        code = compile(source, CHECK, "exec", flags, dont_inherit=True)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(FunctionType(code, names)())
        else:
            exec(code, names)  # noqa: S102, PG307
    except BaseException as error:  # whatever the code lets out
        return _in_words(error, source)
    return ""


def _in_words(error: BaseException, source: str) -> str:
    if isinstance(error, AssertionError) and str(error):
        return str(error)
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == CHECK and frame.lineno
    ]
    at = f" at `{source.splitlines()[lines[-1] - 1].strip()}`" if lines else ""
    return f"{type(error).__name__}{at}: {error}".removesuffix(": ")
