"""What `pyguard check` takes on its command line: one table, read in two ways."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

FORMATS = ("text", "concise", "json", "sarif", "github", "junit")
FOR_PEOPLE = {"text", "concise"}
COLORS = ("auto", "always", "never")
STDIN = "-"

# What an option takes: nothing, a word, a file, a number, words that add up, or one of
# these words (the first by default).
FLAG, WORD, FILE, NUMBER, MANY = "flag", "word", "file", "number", "many"

type Option = tuple[str, str | tuple[str, ...], str, str]

# Heading -> (names, what it takes, what that is called, what it is for).
OPTIONS: dict[str, tuple[Option, ...]] = {
    "which rules (by code, prefix or name)": (
        ("--select", MANY, "RULES",
         "only these, comma-separated; the file's selection is dropped"),
        ("--extend-select", MANY, "RULES", "these too"),
        ("--ignore", MANY, "RULES", "not these"),
        ("--per-file-ignores", MANY, "PATTERN:RULE",
         "not this one where the pattern matches"),
    ),
    "which files": (
        ("--exclude", MANY, "PATTERNS", "in place of the default list"),
        ("--extend-exclude", MANY, "PATTERNS", "these too"),
        ("--force-exclude", FLAG, "", "exclude files even where they are named"),
        ("--stdin-filename", WORD, "PATH", "the name that standard input goes by"),
    ),
    "mending": (
        ("--fix", FLAG, "", "mend what can be mended safely"),
        ("--unsafe-fixes", FLAG, "",
         "with --fix or --diff: also where a fix may change what a program does"),
        ("--diff", FLAG, "", "show what --fix would change, and write nothing"),
    ),
    "what is told": (
        ("--output-format", FORMATS, "", "default: text"),
        ("--output-file", FILE, "FILE", "in place of standard output"),
        ("--statistics", FLAG, "", "count findings by rule"),
        ("--quiet -q", FLAG, "", "findings alone, no summary"),
        ("--color", COLORS, "",
         "default: on a terminal; NO_COLOR and FORCE_COLOR are heeded"),
        ("--exit-zero", FLAG, "", "exit 0 even with findings"),
        ("--show-files", FLAG, "", "list the files, and check none"),
        ("--show-settings", FLAG, "", "print the settings in force"),
    ),
    "what is known already": (
        ("--baseline", FILE, "FILE",
         "report only findings that this file doesn't know"),
        ("--write-baseline", FILE, "FILE",
         "write all findings into this file as known"),
    ),
    "how it runs": (
        ("--config", FILE, "FILE", "the pyproject.toml to read"),
        ("--isolated", FLAG, "", "read no pyproject.toml"),
        ("--target-version", WORD, "VERSION", "such as py312"),
        ("--no-cache", FLAG, "", "neither read nor write the cache"),
        ("--cache-dir", FILE, "FOLDER",
         "default: .pyguard_cache beside the pyproject.toml"),
        ("--jobs -j", NUMBER, "N", "processes (default: one a core)"),
        ("--watch -w", FLAG, "", "run again when a file changes"),
    ),
}  # fmt: skip


class MisuseError(Exception):
    """The command line asks for what can't be; the message says what can."""


def add_arguments(parser: ArgumentParser) -> None:
    """Tells argparse of the table, for its help and its complaints."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and folders, or - for standard input (default: this folder)",
    )
    add_options(parser, OPTIONS)


def add_options(parser: ArgumentParser, table: Mapping[str, Sequence[Option]]) -> None:
    """Tells argparse of options, heading by heading."""
    for heading, options in table.items():
        group = parser.add_argument_group(heading)
        for names, takes, metavar, purpose in options:
            facts: dict[str, Any] = {"metavar": metavar or None}
            if takes == FLAG:
                facts = {"action": "store_true"}
            elif takes == MANY:
                facts |= {"action": "append", "default": []}
            elif isinstance(takes, tuple):
                facts = {"choices": takes, "default": takes[0]}
            elif takes in _TYPES:
                facts["type"] = _TYPES[takes]
            group.add_argument(*names.split(), help=purpose, **facts)


_TYPES = {FILE: Path, NUMBER: int}


def read_plain(words: Sequence[str]) -> SimpleNamespace | None:
    """What argparse would make of words that are plain; None where some aren't.

    argparse takes longer to load than a snippet takes to check. So it is asked only for
    help, for what is wrong, and for rarer spellings, such as `--select=PG2`.
    """
    values: dict[str, Any] = {"paths": []}
    known: dict[str, tuple[str, str | tuple[str, ...]]] = {}
    for names, takes, _, _ in _all():
        first = names.split()[0][2:].replace("-", "_")
        values[first] = _default(takes)
        known |= dict.fromkeys(names.split(), (first, takes))
    rest = iter(words)
    for word in rest:
        if word == STDIN or not word.startswith("-"):
            values["paths"].append(word)
        elif word not in known or not _take(values, *known[word], rest):
            return None
    return SimpleNamespace(**values)


def _all() -> Iterator[Option]:
    for options in OPTIONS.values():
        yield from options


def _default(takes: str | tuple[str, ...]) -> Any:
    if isinstance(takes, tuple):
        return takes[0]
    return {FLAG: False, MANY: []}.get(takes)


def _take(
    values: dict[str, Any],
    name: str,
    takes: str | tuple[str, ...],
    rest: Iterator[str],
) -> bool:
    """Read one option's value; False where it has none that is plain."""
    if takes == FLAG:
        values[name] = True
        return True
    word = next(rest, "-")
    if word.startswith("-") or (isinstance(takes, tuple) and word not in takes):
        return False
    if takes == NUMBER and not (word.isascii() and word.isdecimal()):
        return False
    if takes == MANY:
        values[name].append(word)
    else:
        values[name] = _TYPES[takes](word) if takes in _TYPES else word
    return True


def refuse_misuse(arguments: Namespace) -> None:
    """Says no to words that can't go together.

    Raises:
        MisuseError: two of them contradict, or one lacks another.
    """
    stdin = STDIN in arguments.paths
    people = arguments.output_format in FOR_PEOPLE
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
            arguments.statistics and not (people or arguments.output_format == "json"),
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
