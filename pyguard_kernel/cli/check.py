"""`pyguard check`: find what breaks the rules."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from pyguard_kernel.cli import (
    FAILED,
    FOUND_NOTHING,
    FOUND_SOMETHING,
    INTERRUPTED,
    complain,
)
from pyguard_kernel.cli.check_options import (
    FOR_PEOPLE,
    STDIN,
    MisuseError,
    add_arguments,
    read_plain,
    refuse_misuse,
)
from pyguard_kernel.cli.terminal import Progress, wants_color
from pyguard_kernel.lines import Lines
from pyguard_kernel.model import SUFFIXES
from pyguard_kernel.registry import RegistryError
from pyguard_kernel.report.outcome import Outcome, count
from pyguard_kernel.report.paint import Paint
from pyguard_kernel.report.summary import summary
from pyguard_kernel.scan import ScanError, check_text, find_files, scan, watched_files
from pyguard_kernel.selection import ALWAYS_ON
from pyguard_kernel.settings import Settings, SettingsError, load, selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TextIO

    from pyguard_kernel.baseline import Comparison
    from pyguard_kernel.cli.mend import Change
    from pyguard_kernel.scan import Result

__all__ = ["add_arguments", "read_plain", "run"]

_SHOWS_FIXES = {"json", "sarif"}


def run(arguments: Namespace) -> int:
    """Check, report, and say by the exit code: 0 clean, 1 findings, 2 failure."""
    # A check makes many small things, and hardly any circles of them.
    gc.set_threshold(200_000)
    arguments.paths = arguments.paths or ["."]
    try:
        refuse_misuse(arguments)
        if _names_an_archive(arguments.paths):
            from pyguard_kernel.cli.archives import run as run_archives

            return run_archives(arguments)
        settings = settings_of(arguments)
        if arguments.show_settings:
            from pyguard_kernel.cli.show import settings_text

            print(settings_text(settings))
            return FOUND_NOTHING
        if arguments.show_files:
            for path in find_files(arguments.paths, settings):
                print(path)
            return FOUND_NOTHING
        refuse_to_check_nothing(settings)
        if arguments.watch:
            return _watch(arguments, settings)
        return Check(arguments, settings).run()
    except (MisuseError, SettingsError, RegistryError, ScanError) as error:
        complain(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        complain(f"{name}{error.strerror or error}")
    return FAILED


def _names_an_archive(paths: Sequence[str]) -> bool:
    rest = [path for path in paths if not path.endswith((*SUFFIXES, ".toml"))]
    if not any(map(os.path.isfile, rest)):
        return False  # without a look at the code that would be needed
    from pyguard_kernel.cli.archives import is_archive

    return any(map(is_archive, rest))


def refuse_to_check_nothing(settings: Settings) -> None:
    """Says no to a selection that is empty.

    Raises:
        MisuseError: it is.
    """
    if not selected(settings):
        raise MisuseError(
            "no rule is selected, so nothing would be checked;"
            " --show-settings shows what is in force"
        )


def settings_of(arguments: Namespace) -> Settings:
    """The settings that hold for the paths, with the command line's on top.

    Raises:
        SettingsError: a value can't be used.
    """
    settings = load(_start(arguments), arguments.config, arguments.isolated)
    return with_options(settings, arguments)


def with_options(settings: Settings, arguments: Namespace) -> Settings:
    """Settings with the command line's on top.

    Raises:
        SettingsError: an option's value can't be used.
    """
    return settings.with_options(
        select=_words(arguments.select),
        extend_select=_words(arguments.extend_select),
        ignore=_words(arguments.ignore),
        per_file_ignores=_words(arguments.per_file_ignores),
        exclude=_words(arguments.exclude),
        extend_exclude=_words(arguments.extend_exclude),
        force_exclude=arguments.force_exclude,
        target_version=arguments.target_version,
    )


def _words(values: list[str]) -> list[str]:
    return [w.strip() for value in values for w in value.split(",") if w.strip()]


def _start(arguments: Namespace) -> Path:
    """The folder that all paths lie in: its configuration holds for all of them."""
    if STDIN in arguments.paths:
        return Path(arguments.stdin_filename or ".").parent
    folders = [p if Path(p).is_dir() else Path(p).parent for p in arguments.paths]
    absolute = [os.path.abspath(folder) for folder in folders]  # noqa: PTH100
    return Path(os.path.commonpath(absolute))


def _watch(arguments: Namespace, settings: Settings) -> int:
    from pyguard_kernel.cli.watch import watch

    # What each run writes is no change to run again for.
    baseline = os.path.abspath(arguments.write_baseline or "")  # noqa: PTH100

    def files() -> list[str]:
        found = watched_files(arguments.paths, settings)
        return [path for path in found if os.path.abspath(path) != baseline]  # noqa: PTH100

    try:
        watch(files, Check(arguments, settings).run, clear=sys.stdout.isatty())
    except KeyboardInterrupt:
        return INTERRUPTED
    return FOUND_NOTHING


def scanned(
    options: Namespace, settings: Settings, *, fixes: bool, roots: bool = False
) -> Result:
    """Scan the paths as the options say, with a bar where somebody watches.

    Raises:
        ScanError: a path is missing, or ruff is missing, unfit or died.
    """
    folder = None
    if not options.no_cache:
        folder = options.cache_dir or settings.root / ".pyguard_cache"
    with bar(options) as progress:
        return scan(
            options.paths,
            settings,
            cache_folder=folder,
            jobs=options.jobs,
            fixes=fixes,
            progress=progress,
            roots=roots,
        )


@contextmanager
def bar(options: Namespace) -> Iterator[Progress | None]:
    """A bar, where somebody watches."""
    progress = Progress() if sys.stderr.isatty() and not options.quiet else None
    try:
        yield progress
    finally:
        if progress is not None:
            progress.close()


class Check:
    """One run of `pyguard check`, its options and settings at hand."""

    def __init__(self, arguments: Namespace, settings: Settings) -> None:
        self._options = arguments
        self._settings = settings
        self._fixes = (
            arguments.fix or arguments.diff or arguments.output_format in _SHOWS_FIXES
        )

    def run(self) -> int:
        """Look, mend, compare, report."""
        if STDIN in self._options.paths:
            return self._run_stdin()
        if self._options.diff:
            from pyguard_kernel.cli.mend import changes

            troubles: list[str] = []
            found = changes(
                self._scan(), self._settings, unsafe=self._unsafe, troubles=troubles
            )
            return self._show_diff(list(found), troubles)
        if self._options.fix:
            from pyguard_kernel.cli.mend import fix

            return self._finish(*fix(self._scan, self._settings, unsafe=self._unsafe))
        return self._finish(self._scan())

    def report_of(self, result: Result, place: Callable[[str], str]) -> int:
        """Report what was found where nothing can be mended; give the exit code.

        `place` says where on the disk the file of a path lies.
        """
        self._fixes = True  # which there are: none
        return self._finish(result, place=place)

    @property
    def _unsafe(self) -> bool:
        return bool(self._options.unsafe_fixes)

    def _scan(self) -> Result:
        return scanned(self._options, self._settings, fixes=self._fixes)

    def _run_stdin(self) -> int:
        name = self._options.stdin_filename or "stdin.py"
        data = sys.stdin.buffer.read()
        if self._settings.excludes(name):
            if self._options.fix:
                sys.stdout.buffer.write(data)
            return FOUND_NOTHING
        result = check_text(data, name, self._settings, fixes=self._fixes)
        if not (self._options.fix or self._options.diff):
            return self._finish(result, texts={name: data})
        from pyguard_kernel.cli.mend import Change
        from pyguard_kernel.mending import MendingError, mended

        troubles, after = [], data
        try:
            after = mended(
                data, name, self._settings,
                unsafe=self._unsafe, findings=result.findings,
            )  # fmt: skip
        except MendingError as error:
            troubles.append(str(error))
        if self._options.diff:
            changed = [Change(name, data, after)] if after != data else []
            return self._show_diff(changed, troubles)
        sys.stdout.buffer.write(after)
        sys.stdout.flush()
        left = check_text(after, name, self._settings, fixes=self._fixes)
        gone = max(0, len(result.findings) - len(left.findings))
        return self._finish(left, gone, troubles, {name: after}, sys.stderr)

    def _show_diff(self, found: Sequence[Change], troubles: list[str]) -> int:
        from pyguard_kernel.cli.mend import diff

        text = "".join(diff(change) for change in found)
        emit(text, self._options.output_file, sys.stdout)
        for trouble in troubles:
            complain(trouble)
        if not self._options.quiet:
            files = count(len(found), "file")
            print(
                f"{files} would change." if found else "Nothing to mend.",
                file=sys.stderr,
            )
        return FAILED if troubles else self._verdict(bool(found))

    def _finish(
        self,
        result: Result,
        mended: int = 0,
        troubles: Sequence[str] = (),
        texts: Mapping[str, bytes] | None = None,
        stream: TextIO | None = None,
        place: Callable[[str], str] = str,
    ) -> int:
        """Compare with what is known, report, and give the exit code."""
        options, lines = self._options, Lines(texts, place)
        comparison = self._against_baseline(result, lines, texts)
        to_file = options.output_file is not None
        stream = stream or sys.stdout
        outcome = Outcome(
            result,
            lines,
            self._settings.handbook_url,
            comparison,
            mended,
            self._fixes,
            wants_color(options.color, stream, to_file=to_file),
            options.quiet,
        )
        emit(self._render(outcome), options.output_file, stream)
        for trouble in troubles:
            complain(trouble)
        if to_file or options.output_format not in FOR_PEOPLE:
            paint = Paint(wants_color(options.color, sys.stderr))
            for line in summary(outcome, paint):
                print(line, file=sys.stderr)
        if result.crashes or troubles:
            return FAILED
        return self._verdict(bool(outcome.findings) and not options.write_baseline)

    def _against_baseline(
        self, result: Result, lines: Lines, texts: Mapping[str, bytes] | None
    ) -> Comparison | None:
        """What --baseline knows of the findings; --write-baseline makes it know."""
        old, new = self._options.baseline, self._options.write_baseline
        if not (old or new):
            return None
        from pyguard_kernel.baseline import Scope, compare, write

        codes = frozenset([*ALWAYS_ON, *(rule.code for rule in result.rules)])
        scope = Scope(tuple(texts or self._options.paths), codes)
        comparison = compare(old, result.findings, lines, scope) if old else None
        if new:
            held = write(new, result.findings, lines, scope)
            complain(f"{new} holds {count(held, 'known finding')}")
        return comparison

    def _verdict(self, found: bool) -> int:
        return (
            FOUND_SOMETHING if found and not self._options.exit_zero else FOUND_NOTHING
        )

    def _render(self, outcome: Outcome) -> str:
        name = self._options.output_format
        if self._options.statistics:
            from pyguard_kernel.report import statistics

            as_json = name == "json"
            return (statistics.render_json if as_json else statistics.render)(outcome)
        report = import_module(f"pyguard_kernel.report.{name}")
        if name == "github" and (file := os.environ.get("GITHUB_STEP_SUMMARY")):
            with Path(file).open("a", encoding="utf-8") as job:
                job.write(report.job_summary(outcome))
        text: str = report.render(outcome)
        return text


def emit(text: str, file: Path | None, stream: TextIO) -> None:
    """Write a report to a file, at one stroke, or to a stream.

    Raises:
        OSError: the file can't be written.
    """
    if file is None:
        stream.write(text)
    else:
        from pyguard_kernel.atomic import write_atomically

        write_atomically(file, text.encode("utf-8", "backslashreplace"))
