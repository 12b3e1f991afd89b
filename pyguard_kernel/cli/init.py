"""`pyguard init [PATH]`: what a project should start with, shown, then written."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from pyguard_kernel.atomic import write_atomically
from pyguard_kernel.cli import FAILED, FOUND_NOTHING, FOUND_SOMETHING, complain
from pyguard_kernel.starter import Planned, StarterError, plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence


def add_arguments(parser: ArgumentParser) -> None:
    """What `pyguard init` takes."""
    parser.add_argument("path", nargs="?", type=Path, default=Path(), metavar="PATH")
    parser.add_argument(
        "--kind",
        choices=("application", "library"),
        default="application",
        help="what the project is: an application also gets a Dockerfile (default)",
    )
    parser.add_argument("--name", help="the project's name (default: the folder's)")
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace files that are there and differ, too",
    )
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--diff", action="store_true", help="show, and write nothing")


def run(arguments: Namespace) -> int:
    """Show what would change, ask, and write it."""
    folder: Path = arguments.path
    if folder.exists() and not folder.is_dir():
        complain(f"{folder} is a file: give a folder")
        return FAILED
    try:
        planned = plan(
            folder, arguments.kind, arguments.name, overwrite=arguments.overwrite
        )
    except StarterError as error:
        complain(error)
        return FAILED
    wanted = [file for file in planned if not file.keeps]
    sys.stdout.write("".join(_diff(file) for file in wanted))
    sys.stdout.flush()
    for file in planned:
        if file.keeps:
            print(f"{folder / file.path} {file.keeps}", file=sys.stderr)
    if not wanted:
        print("Nothing to write.", file=sys.stderr)
        return FOUND_NOTHING
    if arguments.diff:
        return FOUND_SOMETHING
    if not (arguments.yes or _agreed(len(wanted))):
        return FOUND_SOMETHING
    return _write(folder, wanted)


def _agreed(count: int) -> bool:
    if not sys.stdin.isatty():
        complain("nothing was written: --yes writes without asking")
        return False
    files = "this file" if count == 1 else f"these {count} files"
    answer = input(f"Write {files}? [y/N] ")
    return answer.strip().lower() in {"y", "yes"}


def _write(folder: Path, files: Sequence[Planned]) -> int:
    written = 0
    try:
        for file in files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, file.after.encode())
            written += 1
    except OSError as error:
        complain(
            f"{error.filename or folder}: {error.strerror};"
            f" {written} of {len(files)} files were written: mend it and run this again"
        )
        return FAILED
    print(
        f"{written} files written. Next: `uv lock` (the lock belongs into git), then"
        " `pyguard audit`.",
        file=sys.stderr,
    )
    return FOUND_NOTHING


def _diff(file: Planned) -> str:
    before = (file.before or "").splitlines(keepends=True)
    after = file.after.splitlines(keepends=True)
    old = "/dev/null" if file.before is None else f"a/{file.path}"
    return "".join(difflib.unified_diff(before, after, old, f"b/{file.path}"))
