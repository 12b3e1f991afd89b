"""`pyguard audit`: can this go to production, and if not, what first?"""

from __future__ import annotations

import os
import shlex
import sys
from importlib import import_module
from pathlib import Path

from pyguard_kernel.audit import judge
from pyguard_kernel.audit_first import first
from pyguard_kernel.cli import FAILED, FOUND_NOTHING, FOUND_SOMETHING, complain
from pyguard_kernel.cli.check import emit, scanned, settings_of
from pyguard_kernel.cli.check_options import (
    FLAG,
    OPTIONS,
    MisuseError,
    Option,
    add_options,
)
from pyguard_kernel.cli.terminal import wants_color
from pyguard_kernel.lines import Lines
from pyguard_kernel.registry import RegistryError
from pyguard_kernel.report.audit.told import HEADLINES, Told, ran, why
from pyguard_kernel.scan import ScanError
from pyguard_kernel.settings import SettingsError, selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.audit import Audit
    from pyguard_kernel.gates import GateRun
    from pyguard_kernel.settings import Settings

FORMATS = ("text", "json", "html", "sarif")

# What an audit leaves out of what `check` takes: it mends nothing, judges the whole
# project, and its verdict knows no baseline.
_NOT_TAKEN = {
    "--stdin-filename", "--fix", "--unsafe-fixes", "--diff", "--statistics",
    "--show-files", "--show-settings", "--baseline", "--write-baseline", "--watch",
}  # fmt: skip

_WIDEST = 100


def add_arguments(parser: ArgumentParser) -> None:
    """What `pyguard audit` takes."""
    parser.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="the project's root (default: this folder)",
    )
    add_options(parser, {"gates": _GATES, **_shared()})


_GATES: tuple[Option, ...] = (
    ("--run-gates", FLAG, "",
     "run the project's own tools and tests, and hold their figures to the thresholds"),
)  # fmt: skip


def _shared() -> dict[str, list[Option]]:
    """The options of `check` that mean the same here."""
    table: dict[str, list[Option]] = {}
    for heading, options in OPTIONS.items():
        for names, takes, metavar, purpose in options:
            first_name = names.split()[0]
            if first_name == "--output-format":
                takes = FORMATS
            if first_name not in _NOT_TAKEN:
                row = (names, takes, metavar, purpose)
                table.setdefault(heading, []).append(row)
    return table


def run(arguments: Namespace) -> int:
    """Judge and report; 0 where nothing failed, 1 where something did, 2 on failure."""
    arguments.paths = [arguments.path]
    arguments.stdin_filename = None
    try:
        if not Path(arguments.path).is_dir():
            raise MisuseError(_no_folder(arguments.path))
        settings = settings_of(arguments)
        if not selected(settings):
            raise MisuseError("no rule is selected, so nothing would be judged")
        return _audit(arguments, settings)
    except (MisuseError, SettingsError, RegistryError, ScanError) as error:
        complain(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        complain(f"{name}{error.strerror or error}")
    return FAILED


def _no_folder(path: str) -> str:
    if Path(path).exists():
        return (
            f"{path}: an audit judges a whole project: give its folder;"
            f" `pyguard check {path}` checks one file"
        )
    return f"{path}: there is no such folder"


def _audit(options: Namespace, settings: Settings) -> int:
    as_data = options.output_format in {"json", "sarif"}
    result = scanned(options, settings, fixes=as_data, roots=True)
    gates = _gates(options, settings) if options.run_gates else None
    audit = judge(options.path, result, settings, gates)
    told = Told(
        audit,
        first(audit, settings),
        Lines(),
        settings.handbook_url,
        wants_color(options.color, sys.stdout, to_file=options.output_file is not None),
        _width(options),
    )
    report = import_module(f"pyguard_kernel.report.audit.{options.output_format}")
    emit(report.render(told), options.output_file, sys.stdout)
    if options.output_file is not None or options.output_format != "text":
        for line in _summary(audit):
            print(line, file=sys.stderr)
    if audit.broke:
        return FAILED
    if audit.failed and not options.exit_zero:
        return FOUND_SOMETHING
    return FOUND_NOTHING


def _gates(options: Namespace, settings: Settings) -> Sequence[GateRun]:
    """Run the gates, and say before what that means."""
    from pyguard_kernel.gates import run_gates

    complain(
        "gates run this project's own code, with your rights: its tests, its plug-ins,"
        " what its settings name; Ctrl-C ends them"
    )

    def begins(name: str, command: tuple[str, ...]) -> None:
        complain(f"gate {name}: {shlex.join(command)}")

    return run_gates(options.path, settings, begins)


def _summary(audit: Audit) -> Iterator[str]:
    """What people are told beside a report for machines, or in a file."""
    yield f"{HEADLINES[audit.readiness]} {why(audit)}"
    yield ran(audit)


def _width(options: Namespace) -> int:
    """The columns that text may take; a file gets as many as a usual terminal."""
    if options.output_file is not None:
        return 88
    try:
        columns = int(os.environ.get("COLUMNS", "")) or 88
    except ValueError:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
        except (OSError, ValueError):
            columns = 88
    return max(40, min(columns, _WIDEST))
