"""`pyguard check repo.zip`: archives, in place of files and folders."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pyguard_kernel import archives
from pyguard_kernel.archived import Archived, opened, together
from pyguard_kernel.cli import FOUND_NOTHING
from pyguard_kernel.cli.check import Check, bar, refuse_to_check_nothing, with_options
from pyguard_kernel.cli.check_options import MisuseError
from pyguard_kernel.scan import ScanError, find_files
from pyguard_kernel.settings import closed, load

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from pyguard_kernel.scan import Result
    from pyguard_kernel.settings import Settings

# A file of such a name is meant as an archive, whatever it is: better to hear what is
# wrong with it than that it isn't Python.
_SUFFIXES = (
    ".zip", ".whl", ".egg", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2",
    ".tbz2", ".tar.zst", ".tzst",
)  # fmt: skip


def is_archive(path: str) -> bool:
    """Whether a path is a file that is meant as an archive."""
    if not Path(path).is_file():
        return False
    with suppress(OSError):  # which is told when it is read
        return path.lower().endswith(_SUFFIXES) or archives.is_archive(path)
    return False


def run(arguments: Namespace) -> int:
    """Check archives; the exit code is that of `pyguard check`.

    Raises:
        MisuseError: files or folders are among them, or an option that writes.
        ScanError: an archive is refused.
        SettingsError: a configuration has a value that can't be used.
    """
    refuse_misuse(arguments)
    with unwound_when_ended():
        return _run(arguments)


def _run(arguments: Namespace) -> int:
    here = load(Path(), arguments.config, arguments.isolated)
    paths = find_files(arguments.paths, with_options(here, arguments))
    with ExitStack() as stack:
        try:
            held = [stack.enter_context(opened(path, path, here)) for path in paths]
        except archives.ArchiveError as error:
            raise ScanError(str(error)) from None
        whole = [
            (archive, settings_within(archive, here, arguments)) for archive in held
        ]
        if arguments.show_settings or arguments.show_files:
            _show(whole, settings=arguments.show_settings)
            return FOUND_NOTHING
        for _, settings in whole:
            refuse_to_check_nothing(settings)
        results = [_scanned(*each, arguments) for each in whole]

        def place(path: str) -> str:
            for archive in held:
                path = archive.place(path)
            return path

        return Check(arguments, here).report_of(together(results), place)


@contextmanager
def unwound_when_ended() -> Iterator[None]:
    """Being told to end (SIGTERM) takes what was unpacked away, as Ctrl-C does."""

    def end(number: int, _: object) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def refuse_misuse(arguments: Namespace) -> None:
    """Says no to what goes with no archive.

    Raises:
        MisuseError: other paths, or an option that writes.
    """
    others = [path for path in arguments.paths if not is_archive(path)]
    if others:
        raise MisuseError(
            f"{others[0]} is no archive: check archives by themselves, and other paths"
            " by a command of their own"
        )
    for option in ("fix", "diff", "watch", "cache_dir"):
        if getattr(arguments, option, None):
            raise MisuseError(
                f"--{option.replace('_', '-')} is for files and folders: unpack the"
                " archive where you want it, and check the folder"
            )


def settings_within(
    archive: Archived, here: Settings, arguments: Namespace
) -> Settings:
    """The settings that an archive holds, with the command line's on top.

    Raises:
        SettingsError: a value can't be used.
    """
    if arguments.config or arguments.isolated:
        own = closed(here, archive.root, here)
    else:
        own = archive.settings(here)
    # Patterns are typed as files are shown: below the archive's name.
    shown = replace(own, root=Path(os.path.abspath(archive.shown_root)))  # noqa: PTH100
    chosen = with_options(shown, arguments)
    return replace(chosen, root=archive.root, force_exclude=False)


def _show(whole: list[tuple[Archived, Settings]], *, settings: bool) -> None:
    from pyguard_kernel.cli.show import settings_text

    for archive, own in whole:
        if settings:
            print(archive.shown(settings_text(own)))
        else:
            print(*archive.files(own), sep="\n")


def _scanned(archive: Archived, settings: Settings, arguments: Namespace) -> Result:
    with bar(arguments) as progress:
        return archive.scan(settings, jobs=arguments.jobs, progress=progress)
