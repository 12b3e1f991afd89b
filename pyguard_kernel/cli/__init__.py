"""The command `pyguard`: finds the command that is meant, and imports it alone."""

import sys

from pyguard_kernel._version import __version__

TYPE_CHECKING = False  # typing itself would cost more than all the rest
if TYPE_CHECKING:
    from argparse import HelpFormatter, Namespace
    from types import ModuleType

# Command -> what it is for; each is a module of this package with
# `add_arguments(parser)` and `run(arguments) -> exit code`, and maybe
# `read_plain(words) -> arguments or None`, which spares argparse where it can.
COMMANDS = {
    "check": "find what breaks the rules, in files, folders or standard input",
    "audit": "judge a whole project: can it go to production, and what first?",
    "attest": "answer what no file shows, and sign it",
    "rule": "explain a rule, or list them all",
    "init": "start a project well, or add to one what it lacks",
    "handbook": "build, serve and write the handbook",
}

FOUND_NOTHING, FOUND_SOMETHING, FAILED = 0, 1, 2
INTERRUPTED, PIPE_CLOSED = 130, 141  # 128 + the signal's number, as shells say


def main(argv: list[str] | None = None) -> int:
    """Run a command line (without the program's name); returns its exit code."""
    words = sys.argv[1:] if argv is None else argv
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Nothing may flush to it at exit.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    return code


def complain(message: object) -> None:
    """Says on standard error what went wrong."""
    print(f"pyguard: {message}", file=sys.stderr)


def _dispatch(words: list[str]) -> int:
    command = words[0] if words else ""
    if command in {"--version", "-V"}:
        print(f"pyguard {__version__}")
        return 0
    if command in {"--help", "-h", "help"}:
        print(_usage())
        return 0
    if command not in COMMANDS:
        print(_usage(), file=sys.stderr)
        if command:
            complain(_no_such(command))
        return FAILED
    return _run(command, words[1:])


def _run(command: str, words: list[str]) -> int:
    from importlib import import_module

    module = import_module(f"pyguard_kernel.cli.{command}")
    read_plain = getattr(module, "read_plain", None)
    arguments = read_plain(words) if read_plain else None
    if arguments is None:
        try:
            arguments = _parse(command, module, words)
        except SystemExit as asked:  # for --help, or for a word that argparse refuses
            return int(asked.code or 0)
    return int(module.run(arguments))


def _parse(command: str, module: "ModuleType", words: list[str]) -> "Namespace":
    import argparse

    parser = argparse.ArgumentParser(
        prog=f"pyguard {command}",
        description=COMMANDS[command].capitalize().rstrip("?") + ".",
        allow_abbrev=False,
        formatter_class=_formatter,
    )
    module.add_arguments(parser)
    if hasattr(module, "read_plain"):
        return parser.parse_intermixed_args(words)
    return parser.parse_args(words)


def _formatter(prog: str) -> "HelpFormatter":
    # argparse makes one for each argument, and each would load shutil for the width.
    import argparse
    import os

    try:
        width = int(os.environ.get("COLUMNS", "")) or os.get_terminal_size().columns
    except (ValueError, OSError):
        width = 88
    return argparse.HelpFormatter(prog, max_help_position=32, width=width - 2)


def _usage() -> str:
    listed = "\n".join(f"  {name:<10}{what}" for name, what in COMMANDS.items())
    return (
        "usage: pyguard COMMAND [OPTIONS]\n\n"
        "Rules for production Python: checked, explained, and shown at work.\n\n"
        f"commands:\n{listed}\n\n"
        "`pyguard COMMAND --help` lists a command's options; --version prints the"
        " version."
    )


def _no_such(command: str) -> str:
    from difflib import get_close_matches
    from pathlib import Path

    if command == "-" or Path(command).exists():
        return f"a path goes with a command: pyguard check {command}"
    near = get_close_matches(command, COMMANDS, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"no command {command!r}{hint}"
