"""Which prints are a program's output, and which stand in for a log.

Output: in notebooks, tests, scripts and command-line tools; in functions that say that
they print, show or ask; and where the call itself shows it (a progress line, JSON on
standard output). What is left, in the modules of a library or service, is logging.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pyguard_kernel.patterns import regex

if TYPE_CHECKING:
    from pyguard_kernel.source import SourceFile

# A person runs these and reads what they say; a migration too is run by hand.
_TOOL_FOLDERS = regex(
    r"(?:^|/)(?:scripts?|tools?|bin|(?:\w+_)?(?:examples?|samples?|demos?)(?:_\w+)?|"
    r"docs?|tutorials?|benchmarks?|benches|commands?|cli|_cli|cmds?|console|dev|ci|"
    r"hacking|migrations|alembic|\.[^/]+)/"
)
_TOOL_FILES = regex(
    r"(?:^|/)(?:__main__|setup|manage|noxfile|fabfile|tasks|conf|gunicorn\.conf|"
    r"(?:\w+_)?(?:cli|cmdline|commands?|console|shell|prompt|example|demo|benchmark)|"
    r"(?:example|demo|benchmark|cli)_\w+)\.py$"
)
_TOOL_TEXT = regex(
    r"\A#!|^# /// script|__name__\s*==\s*['\"]__main__|"
    r"^[ \t]*(?:import|from)[ \t]+(?:argparse|"
    r"optparse|getopt|getpass|click|typer|docopt|fire|cmd|rich|rich_click|asyncclick|"
    r"cleo|cliff|plac|invoke|fabric|absl|pdb|bdb|code|readline|curses|prompt_toolkit|"
    r"IPython|pytest|unittest|doctest)\b",
    re.MULTILINE,
)
_SHOWS = regex(
    r"(?:^|_)(?:p?print|show|display|dump|usage|help|main|cli|report|prompt|banner|"
    r"echo|repl|shell|console|confirm|ask|version|output|summary|progress|warranty|info|"
    r"inspect|describe|summarize|\w*info)"
    r"(?:$|_|s$)|printer|reporter|(?:^|[a-z])(?:Console|Shell|Command|Display|Output)",
)
# `if verbosity >= 2:` is the word of whoever started the program.
_ASKED_FOR = regex(r"verbos|quiet|silent|interactive", re.IGNORECASE)
_ASKS = {"builtins.input", "getpass.getpass"}


def is_tool(file: SourceFile) -> bool:
    """Whether a file as a whole talks to the person who started it."""
    return (
        file.is_notebook
        or file.is_test
        or file.is_stub
        or _TOOL_FOLDERS.search(file.path) is not None
        or _TOOL_FILES.search(file.path) is not None
        or _TOOL_TEXT.search(file.text) is not None
    )


def is_output(call: ast.Call, file: SourceFile) -> bool:
    """Whether this print, in a file that isn't a tool, is output all the same."""
    if not call.args or any(k.arg == "end" for k in call.keywords):
        return True  # an empty line, or a line still being written
    if len(call.args) == 1 and file.names.called(call.args[0]) == "json.dumps":
        return True
    above_all = list(file.ancestors(call))
    tests = [above.test for above in above_all if isinstance(above, ast.If)]
    if any(_ASKED_FOR.search(ast.unparse(test)) for test in tests):
        return True
    around = [
        above
        for above in above_all
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    if any(_SHOWS.search(above.name) for above in around):
        return True
    if not around:
        return "." not in file.module and not file.is_package  # a script's own body
    asked = (n for n in ast.walk(around[0]) if isinstance(n, ast.Call))
    return any(file.names.called(other) in _ASKS for other in asked)
