"""What a call of nox or invoke runs, by the noxfile or tasks.py as it is written.

Sessions and tasks are read by their syntax: `session.run("ruff", "check")` with
literal words, helper functions that are given the session, lists by their names.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pyguard_kernel.project import _python_calls as calls
from pyguard_kernel.project._commands import Command
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._runner_tables import as_set
from pyguard_kernel.project._shell import Shell, commands_in, ends
from pyguard_kernel.project._wild import blurred, meant
from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.project._tree import Tree

    type Function = ast.FunctionDef | ast.AsyncFunctionDef

_RUNS = frozenset({"run", "run_always", "run_install"})
_SESSIONS = frozenset({"-s", "-e", "--session", "--sessions"})
_VALUES = as_set(
    "-f --noxfile -t --tags -k --keywords -p --pythons -db"
    " --default-venv-backend -fb --force-venv-backend --envdir --report"
    " --extra-pythons -P --force-python --download-python --rx"
)
_RUNS_NOTHING = frozenset({"-l", "--list", "--list-sessions", "--install-only"})
_DEEPEST = 5


def behind(tree: Tree, command: Command) -> Iterator[Command]:
    """The commands of the sessions or tasks that a call asks for."""
    if command.program == "nox":
        yield from _nox(tree, command)
    elif command.program in ("inv", "invoke"):
        yield from _invoke(tree, command)


@dataclass(frozen=True, slots=True)
class _File:
    """A parsed noxfile or tasks.py."""

    path: str
    functions: Mapping[str, Function]
    names: Mapping[str, ast.expr]
    folder: str


def _file(tree: Tree, path: str | None, folder: str) -> _File | None:
    if path is None or not tree.has(path):
        return None
    module = calls.tree_of(tree.text(path))
    if module is None:
        return None
    functions = {
        node.name: node
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return _File(path, functions, calls.constants(module.body), folder)


# -- nox ------------------------------------------------------------------------------


def _nox(tree: Tree, command: Command) -> Iterator[Command]:
    asked, tags, name = _arguments(command.words[1:])
    folder = command.folder or ""
    file = _file(tree, joined(folder, name), folder)
    if file is None or _RUNS_NOTHING & set(command.words):
        return
    sessions = {
        title: function
        for function in file.functions.values()
        for decorator in function.decorator_list
        if (title := _session_name(decorator, function.name))
    }
    if not asked and "NOXSESSION" in command.env:
        asked = _split(command.env["NOXSESSION"])
    if tags:
        wanted = [n for n, f in sessions.items() if tags & _tags(f)]
    elif asked:
        every = list(sessions)
        wanted = [
            title
            for name in asked
            for title in meant(name if name in sessions else _plain(name), every)
        ]
    else:
        wanted = _default(tree, file, sessions)
    seen: set[str] = set()
    for title in wanted:
        function = sessions.get(title)
        if function is not None and title not in seen:
            seen.add(title)
            yield from _session(file, function, sessions, seen, 0)


def _arguments(words: tuple[str, ...]) -> tuple[list[str], set[str], str]:
    """Sessions, tags, and the file's name."""
    asked: list[str] = []
    tags: set[str] = set()
    name = "noxfile.py"
    into = ""
    for word in words:
        if word == "--":
            break
        head, equals, value = word.partition("=")
        if word.startswith("-"):
            into = head
            if not equals:
                continue
        else:
            value = word
        if into in _SESSIONS:
            asked += _split(value)
        elif into in ("-t", "--tags"):
            tags |= set(re.split(r"[,\s]+", value))
        elif into in ("-f", "--noxfile"):
            name = value
        if into in _VALUES - {"-t", "--tags"}:
            into = ""
    return [name for name in asked if name], tags, name


def _split(text: str) -> list[str]:
    return re.split(r"[,\s]+", blurred(text))


def _plain(name: str) -> str:
    """`tests-3.13(django=5)` is the session `tests`."""
    return re.sub(r"(?:-(?:(?:py(?:py)?)?\d[\d.]*t?|\*))?(?:\(.*\))?$", "", name)


def _session_name(decorator: ast.expr, name: str) -> str:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    last = ast.unparse(function).rpartition(".")[2]
    if last not in ("session", "nox_session"):
        return ""
    if isinstance(decorator, ast.Call):
        for keyword in decorator.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return name


def _keyword(function: Function, name: str) -> ast.expr | None:
    for decorator in function.decorator_list:
        for keyword in getattr(decorator, "keywords", ()):
            if keyword.arg == name and isinstance(keyword.value, ast.expr):
                return keyword.value
    return None


def _tags(function: Function) -> set[str]:
    value = _keyword(function, "tags")
    return set(calls.words(value, {})) if value is not None else set()


def _default(tree: Tree, file: _File, sessions: Mapping[str, Function]) -> list[str]:
    """The sessions that nox runs where none is asked for."""
    text = tree.text(file.path)
    module = calls.tree_of(text)
    for node in module.body if module is not None else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in (
            "nox.options.sessions",
            "options.sessions",
        ):
            return calls.words(node.value, file.names)
    off = [
        name
        for name, function in sessions.items()
        if (value := _keyword(function, "default")) is not None
        and ast.unparse(value) == "False"
    ]
    return [name for name in sessions if name not in off]


def _session(
    file: _File,
    function: Function,
    sessions: Mapping[str, Function],
    seen: set[str],
    depth: int,
) -> Iterator[Command]:
    names = {**file.names, **calls.constants(function.body)}
    parameters = [argument.arg for argument in function.args.args]
    if not parameters:
        return
    session = parameters[0]
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        head, _, last = called.rpartition(".")
        if head == session and last in _RUNS:
            yield from _run(file, node, names)
        elif head == session and last == "notify" and node.args:
            name = _plain(calls.word(node.args[0], names))
            if name in sessions and name not in seen:
                seen.add(name)
                yield from _session(file, sessions[name], sessions, seen, depth)
        elif called in file.functions and called != function.name and depth < _DEEPEST:
            given = [ast.unparse(argument) for argument in node.args[:1]]
            if given == [session]:
                inner = file.functions[called]
                yield from _session(file, inner, sessions, seen, depth + 1)


def _run(
    file: _File, node: ast.Call, names: Mapping[str, ast.expr]
) -> Iterator[Command]:
    words = calls.words(ast.List(elts=node.args), names)
    if not words:
        return
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    soft = ""
    codes = given.get("success_codes")
    if codes is not None and {"0", "1"} <= set(calls.words(codes, names)):
        soft = "`success_codes` takes 1 for success"
    command = Command(
        tuple(words),
        tuple(words),
        calls.place_of(node, file.path),
        toothless=soft,
        folder=file.folder,
    )
    yield from ends(command)


# -- invoke ---------------------------------------------------------------------------


def _invoke(tree: Tree, command: Command) -> Iterator[Command]:
    folder = command.folder or ""
    for name in ("tasks.py", "tasks/__init__.py"):
        file = _file(tree, joined(folder, name), folder)
        if file is None:
            continue
        asked = {
            word.rpartition(".")[2].replace("-", "_") for word in command.words[1:]
        }
        for title, function in file.functions.items():
            if title in asked and function.args.args:
                yield from _invoked(file, function)


def _invoked(file: _File, function: Function) -> Iterator[Command]:
    names = {**file.names, **calls.constants(function.body)}
    context = function.args.args[0].arg
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if ast.unparse(node.func) not in (f"{context}.run", f"{context}.sudo"):
            continue
        place = calls.place_of(node, file.path)
        warn = [k for k in node.keywords if k.arg == "warn"]
        soft = "`warn=True`" if warn and ast.unparse(warn[0].value) == "True" else ""
        yield from commands_in(
            calls.word(node.args[0], names),
            place,
            shell=Shell(errexit=False, folder=file.folder),
            toothless=soft,
        )
