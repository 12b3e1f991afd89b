"""`except:` without a type."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.located import node_at
from pyguard_kernel.model import Level, Reference, Ruff, Rule

if TYPE_CHECKING:
    from pyguard_kernel.model import Diagnostic
    from pyguard_kernel.source import SourceFile


def judge(diagnostic: Diagnostic, file: SourceFile) -> str:
    """Every E722 is meant."""
    handler = node_at(file, diagnostic, ast.ExceptHandler)
    guarded = file.parent(handler) if handler else None
    first = guarded.body[0] if isinstance(guarded, ast.Try) else ast.Pass()
    calls = (node for node in ast.walk(first) if isinstance(node, ast.Call))
    call = next(calls, None)
    during = f" during `{file.code(call)}`" if call else ""
    return (
        "a bare `except:` also catches KeyboardInterrupt and SystemExit: Ctrl-C and"
        f" sys.exit(){during} end here; name the exceptions that you expect"
    )


RULE = Rule(
    code="PG206",
    level=Level.NEVER,
    statements=("2.2.3", "12.1.1"),
    summary="Name the exceptions you can handle; don't catch everything.",
    why=(
        "A bare `except:` catches BaseException: Ctrl-C, sys.exit() and a cancelled"
        " task end in your handler as if they were the error you had in mind. The"
        " program can't be stopped, or goes on with half of its state. It also hides"
        " misspelled names and other bugs of your own. Where everything really must"
        " be caught, at the top of a thread or a worker, say `except Exception` and"
        " log it."
    ),
    references=(
        Reference(
            "Python tutorial: Handling Exceptions",
            "https://docs.python.org/3/tutorial/errors.html#handling-exceptions",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Ruff(("E722",), judge),),
)
