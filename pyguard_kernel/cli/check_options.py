"""What `pyguard check` takes on its command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

FORMATS = ("text", "concise", "json", "sarif", "github", "junit")
FOR_PEOPLE = {"text", "concise"}
STDIN = "-"


class MisuseError(Exception):
    """The command line asks for what can't be; the message says what can."""


def add_arguments(parser: ArgumentParser) -> None:
    """What `pyguard check` takes."""
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="files and folders, or - for standard input (default: this folder)",
    )

    group = parser.add_argument_group("which rules (by code, prefix or name)")
    add = group.add_argument
    add(
        "--select",
        action="append",
        default=[],
        metavar="RULES",
        help="only these, comma-separated; the file's selection is dropped",
    )
    add(
        "--extend-select",
        action="append",
        default=[],
        metavar="RULES",
        help="these too",
    )
    add("--ignore", action="append", default=[], metavar="RULES", help="not these")
    add(
        "--per-file-ignores",
        action="append",
        default=[],
        metavar="PATTERN:RULE",
        help="not this one where the pattern matches",
    )

    group = parser.add_argument_group("which files")
    add = group.add_argument
    add(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERNS",
        help="in place of the default list",
    )
    add(
        "--extend-exclude",
        action="append",
        default=[],
        metavar="PATTERNS",
        help="these too",
    )
    add(
        "--force-exclude",
        action="store_true",
        help="exclude files even where they are named",
    )
    add("--stdin-filename", metavar="PATH", help="the name that standard input goes by")

    group = parser.add_argument_group("mending")
    add = group.add_argument
    add("--fix", action="store_true", help="mend what can be mended safely")
    add(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: also where a fix may change what a program does",
    )
    add(
        "--diff",
        action="store_true",
        help="show what --fix would change, and write nothing",
    )

    group = parser.add_argument_group("what is told")
    add = group.add_argument
    add("--output-format", choices=FORMATS, default="text", help="default: text")
    add("--output-file", type=Path, metavar="FILE", help="in place of standard output")
    add("--statistics", action="store_true", help="count findings by rule")
    add("--quiet", "-q", action="store_true", help="findings alone, no summary")
    add(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="default: on a terminal; NO_COLOR and FORCE_COLOR are heeded",
    )
    add("--exit-zero", action="store_true", help="exit 0 even with findings")
    add("--show-files", action="store_true", help="list the files, and check none")
    add("--show-settings", action="store_true", help="print the settings in force")

    group = parser.add_argument_group("what is known already")
    add = group.add_argument
    add(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="report only findings that this file doesn't know",
    )
    add(
        "--write-baseline",
        type=Path,
        metavar="FILE",
        help="write all findings into this file as known",
    )

    group = parser.add_argument_group("how it runs")
    add = group.add_argument
    add("--config", type=Path, metavar="FILE", help="the pyproject.toml to read")
    add("--isolated", action="store_true", help="read no pyproject.toml")
    add("--target-version", metavar="VERSION", help="such as py312")
    add("--no-cache", action="store_true", help="neither read nor write the cache")
    add(
        "--cache-dir",
        type=Path,
        metavar="FOLDER",
        help="default: .pyguard_cache beside the pyproject.toml",
    )
    add("--jobs", "-j", type=int, metavar="N", help="processes (default: one a core)")
    add("--watch", "-w", action="store_true", help="run again when a file changes")


def refuse_misuse(arguments: Namespace) -> None:
    """Says no to words that can't go together.

    Raises:
        MisuseError: two of them contradict, or one lacks another.
    """
    stdin = STDIN in arguments.paths
    for wrong, message in (
        (stdin and len(arguments.paths) > 1, "- stands alone, without other paths"),
        (stdin and arguments.watch, "--watch needs files: standard input ends"),
        (stdin and arguments.show_files, "--show-files needs paths, not -"),
        (arguments.fix and arguments.diff, "--fix writes, --diff doesn't: take one"),
        (
            arguments.unsafe_fixes and not (arguments.fix or arguments.diff),
            "--unsafe-fixes goes with --fix or --diff",
        ),
        (
            arguments.statistics
            and arguments.output_format not in {*FOR_PEOPLE, "json"},
            "--statistics comes as text or json",
        ),
        (
            arguments.watch and (arguments.diff or arguments.output_file),
            "--watch goes with neither --diff nor --output-file",
        ),
        (arguments.jobs is not None and arguments.jobs < 1, "--jobs: at least 1"),
        (
            arguments.config is not None and arguments.isolated,
            "--isolated reads no file, --config names one: take one",
        ),
    ):
        if wrong:
            raise MisuseError(message)
