"""`pyguard audit`: can this go to production, and if not, what first?"""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from pyguard_kernel.audit import judge
from pyguard_kernel.audit_first import first
from pyguard_kernel.cli import FAILED, FOUND_NOTHING, FOUND_SOMETHING, complain
from pyguard_kernel.cli.check import (
    bar,
    emit,
    refuse_to_check_nothing,
    scanned,
    settings_of,
)
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
from pyguard_kernel.settings import SettingsError, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.audit import Audit
    from pyguard_kernel.audit_first import Mend
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
        help="the project's root, or an archive of it (default: this folder)",
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
            elif first_name == "--quiet":
                purpose = "the answer and what to mend first, nothing else"
            if first_name not in _NOT_TAKEN:
                row = (names, takes, metavar, purpose)
                table.setdefault(heading, []).append(row)
    return table


def run(arguments: Namespace) -> int:
    """Judge and report; 0 where nothing failed, 1 where something did, 2 on failure."""
    arguments.paths = [arguments.path]
    arguments.stdin_filename = None
    try:
        if Path(arguments.path).is_dir():
            return _of_folder(arguments)
        return _of_archive(arguments)
    except (MisuseError, SettingsError, RegistryError, ScanError) as error:
        complain(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        complain(f"{name}{error.strerror or error}")
    return FAILED


def _of_folder(options: Namespace) -> int:
    settings = settings_of(options)
    refuse_to_check_nothing(settings)
    result = scanned(options, settings, fixes=False, roots=True)
    gates = _gates(options, settings) if options.run_gates else None
    audit = judge(options.path, result, settings, gates)
    return _report(options, settings, audit, first(audit, settings), Lines())


def _of_archive(options: Namespace) -> int:
    from pyguard_kernel.archived import opened
    from pyguard_kernel.archives import ArchiveError
    from pyguard_kernel.cli import archives

    path = options.path
    if not archives.is_archive(path):
        raise MisuseError(_neither(path))
    archives.refuse_misuse(options)
    if options.run_gates:
        raise MisuseError(
            "--run-gates runs a project's own code, never an archive's: unpack it where"
            " you want it, look at it, and audit the folder"
        )
    here = load(Path(), options.config, options.isolated)
    with archives.unwound_when_ended(), ExitStack() as stack:
        try:
            archive = stack.enter_context(opened(path, path, here))
        except ArchiveError as error:
            raise ScanError(str(error)) from None
        settings = archives.settings_within(archive, here, options)
        refuse_to_check_nothing(settings)
        with bar(options) as progress:
            result = archive.scan(
                settings, jobs=options.jobs, progress=progress, roots=True
            )
        audit = judge(path, result, settings, root=archive.shown_root)
        mends = first(audit, settings, files=False)
        return _report(options, settings, audit, mends, Lines(place=archive.place))


def _neither(path: str) -> str:
    if Path(path).exists():
        return (
            f"{path}: an audit judges a whole project: give its folder, or an archive"
            f" of it; `pyguard check {path}` checks one file"
        )
    return f"{path}: there is no such folder"


def _report(
    options: Namespace,
    settings: Settings,
    audit: Audit,
    mends: tuple[Mend, ...],
    lines: Lines,
) -> int:
    """Tell what it came to, and give the exit code."""
    to_file = options.output_file is not None
    told = Told(
        audit,
        mends,
        lines,
        settings.handbook_url,
        wants_color(options.color, sys.stdout, to_file=to_file),
        options.quiet,
        _width(to_file=to_file),
    )
    report = import_module(f"pyguard_kernel.report.audit.{options.output_format}")
    emit(report.render(told), options.output_file, sys.stdout)
    if (to_file or options.output_format != "text") and not options.quiet:
        for line in _summary(audit):
            print(line, file=sys.stderr)
    if audit.broke:
        return FAILED
    if audit.failed and not options.exit_zero:
        return FOUND_SOMETHING
    return FOUND_NOTHING


def _gates(options: Namespace, settings: Settings) -> Sequence[GateRun]:
    """Run the gates, and say before what that means."""
    from pyguard_kernel.cli.archives import unwound_when_ended
    from pyguard_kernel.gates import run_gates

    complain(
        "gates run this project's own code, with your rights: its tests, its plug-ins,"
        " what its settings name; Ctrl-C ends them"
    )

    def begins(name: str, command: tuple[str, ...]) -> None:
        complain(f"gate {name}: {shlex.join(command)}")

    with unwound_when_ended():
        return run_gates(options.path, settings, begins)


def _summary(audit: Audit) -> Iterator[str]:
    """What people are told beside a report for machines, or in a file."""
    yield f"{HEADLINES[audit.readiness]} {why(audit)}"
    yield ran(audit)


def _width(*, to_file: bool) -> int:
    """The columns that text may take; a file gets as many as a usual terminal."""
    if to_file:
        return 88
    try:
        columns = int(os.environ.get("COLUMNS", "")) or 88
    except ValueError:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
        except (OSError, ValueError):
            columns = 88
    return max(40, min(columns, _WIDEST))
