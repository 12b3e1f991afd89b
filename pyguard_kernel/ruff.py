"""The ruff backend: runs the pinned ruff and says its findings in our words."""

# Paths are strings: ruff and its findings speak in them.
# ruff: noqa: PTH108, PTH109, PTH112, PTH113, PTH116, PTH117, PTH118, PTH120
# ruff: noqa: PTH123

from __future__ import annotations

import contextlib
import os
import re
import sys
from functools import cache, lru_cache

from pyguard_kernel.model import Diagnostic, Edit, Fix
from pyguard_kernel.patterns import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence
    from typing import IO, Any, Self

PINNED = "0.16.9"

# The code of a finding that says that a file isn't Python, whatever was selected.
INVALID_SYNTAX = "invalid-syntax"

_REMEDY = f'install it with: python -m pip install "ruff=={PINNED}"'
_NAME = "ruff.exe" if os.name == "nt" else "ruff"
_CAN_SPAWN = hasattr(os, "posix_spawn")
_VERSION = regex(r"ruff (\S+)")

# What ruff writes to stderr, beside a success, about a code that won't be honoured.
_NO_EFFECT = regex(
    r"^warning: (?:Selection `([^`]+)` has no effect.*|"
    r"(?:Rule )?`([^`]+)` (?:has been remapped|is deprecated|was removed).*)$",
    re.MULTILINE,
)
_NOT_UTF8 = regex(
    r"^warning: Failed to lint (.+): stream did not contain valid UTF-8$", re.MULTILINE
)


# The signals of a program that ran out of stack, or trod where it may not.
_BREAKDOWNS = {"SIGABRT", "SIGBUS", "SIGILL", "SIGSEGV"}


class RuffError(Exception):
    """Ruff can't be run, or its answer can't be trusted: the cause and the remedy."""


class RuffCrash(RuffError):  # noqa: N818 -- it says what ruff did
    """Ruff broke down over what it read: without that file it may do its work."""


def executable() -> str:
    """The path of the ruff that belongs to this Python, else of the one on the PATH.

    Raises:
        RuffError: there is none.
    """
    for folder in _script_folders():
        path = os.path.join(folder, _NAME)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise RuffError(f"ruff isn't installed beside {sys.executable}: {_REMEDY}")


def _script_folders() -> Iterator[str]:
    """Where to look, in order; never relative to where we stand: that is others' code.

    After the scripts of this Python come those of other kinds of install: the base of
    a virtual environment, --user, --target; then the PATH.
    """
    yield _own_scripts()
    import sysconfig

    yield sysconfig.get_path("scripts", vars={"base": sys.base_prefix})
    yield sysconfig.get_path("scripts", scheme=sysconfig.get_preferred_scheme("user"))
    yield os.path.join(os.path.dirname(os.path.dirname(__file__)), "bin")
    yield from filter(os.path.isabs, os.environ.get("PATH", "").split(os.pathsep))


def _own_scripts() -> str:
    return os.path.dirname(sys.executable or __file__)


def version(executable: str) -> str:
    """The version of this ruff, such as "0.16.9".

    Raises:
        RuffError: it doesn't run, or isn't ruff.
    """
    if os.path.dirname(executable) == _own_scripts() and any(
        os.path.isdir(os.path.join(entry, f"ruff-{PINNED}.dist-info"))
        for entry in sys.path
    ):
        return PINNED  # said by the installed package, without starting a process
    try:
        stat = os.stat(executable)
    except OSError as error:
        raise RuffError(f"{executable} can't be read ({error}): {_REMEDY}") from None
    return _asked_version(executable, (stat.st_mtime_ns, stat.st_size))


@lru_cache
def _asked_version(executable: str, _stamp: tuple[int, int]) -> str:
    code, out = _run([executable, "--version"], b"")
    match = _VERSION.match(out.decode(errors="replace"))
    if match is None or code:
        raise RuffError(f"{executable} isn't a ruff that works: {_REMEDY}")
    return match[1]


def pinned() -> str:
    """The path of the ruff to use, which has the version that the rules are made for.

    Raises:
        RuffError: there is none, or it has another version.
    """
    path = executable()
    found = version(path)
    if found != PINNED:
        raise RuffError(
            f"{path} is ruff {found}, and the rules are made for {PINNED}: {_REMEDY}"
        )
    return path


def start(
    files: Sequence[str], codes: Sequence[str], *, target: tuple[int, int]
) -> Running:
    """Start ruff on these files, and return while it runs.

    Raises:
        RuffError: ruff is missing, of another version, or doesn't know a code.
    """
    running = Running(pinned(), files, codes, target)
    try:
        # A wrong code is an error now, not after a long scan: an empty file tells.
        check_text(b"", "empty.py", codes, target=target)
    except BaseException:
        running.close()
        raise
    return running


def check_text(
    text: bytes, filename: str, codes: Sequence[str], *, target: tuple[int, int]
) -> list[Diagnostic]:
    """What ruff says of one text, which needn't be in a file.

    Nothing, where the bytes can't be decoded: our own reader reports that.

    Raises:
        RuffError: ruff is missing, of another version, doesn't know a code, or died.
    """
    data = _as_utf8(text)
    if data is None:
        return []
    command = _command(pinned(), codes, target)
    code, out = _run([*command, f"--stdin-filename={filename}", "-"], data)
    lines = out.splitlines()
    said = [_said(line) for line in lines if line.startswith(b"{")]
    words = b"\n".join(line for line in lines if not line.startswith(b"{"))
    _trust(code, words, whole=None not in said)
    return [_diagnostic(one, filename) for one in said if one is not None]


def _run(command: list[str], data: bytes) -> tuple[int, bytes]:
    """Run a program over `data`: (exit code, or minus the signal; all it wrote).

    Where the system allows, without subprocess: to import that costs more than ruff's
    own run over a snippet. One pipe takes both outputs, so that neither can block the
    other; the program must read its input before it writes much, as ruff does.
    """
    try:
        return _spawned(command, data) if _CAN_SPAWN else _subprocess(command, data)
    except OSError as error:
        raise RuffError(f"{command[0]} doesn't run ({error}): {_REMEDY}") from None


def _subprocess(command: list[str], data: bytes) -> tuple[int, bytes]:
    import subprocess

    done = subprocess.run(
        command, input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout


def _spawned(command: list[str], data: bytes) -> tuple[int, bytes]:
    its_input, feed = os.pipe()
    drain, its_output = os.pipe()
    with open(feed, "wb", buffering=0) as into, open(drain, "rb") as out:
        try:
            process = os.posix_spawn(
                command[0],
                command,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, its_input, 0),
                    (os.POSIX_SPAWN_DUP2, its_output, 1),
                    (os.POSIX_SPAWN_DUP2, its_output, 2),
                ],
            )
        finally:
            os.close(its_input)
            os.close(its_output)
        try:
            with contextlib.suppress(BrokenPipeError):  # it ended without reading
                while data:
                    data = data[into.write(data) :]
            into.close()
            written = out.read()
        finally:
            into.close()
            out.close()
            _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), written


class Running:
    """A ruff at work on many files; a context manager that ends it."""

    def __init__(
        self,
        executable: str,
        files: Sequence[str],
        codes: Sequence[str],
        target: tuple[int, int],
    ) -> None:
        import subprocess
        import tempfile

        self._codes = codes
        self._target = target
        self._given: dict[str, str] = {}
        self._odd: list[str] = []
        self._folder = _shown(os.getcwd())
        listed: list[str] = []
        for path in files:
            if _fits_a_line(path):
                # "./" keeps a leading dash or at sign from meaning something to ruff.
                listed.append(path if os.path.isabs(path) else f".{os.sep}{path}")
                self._given[self._absolute(path)] = path
            else:
                self._odd.append(path)
        self._list = _written("\n".join(listed))
        # Ruff's findings wait in the pipe until they are asked for; what goes to
        # stderr must not make it wait, so that one is a file.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by close
        self._process = (
            subprocess.Popen(
                [*_command(executable, codes, target), f"@{self._list}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
            if listed
            else None
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End ruff."""
        self.close()

    def results(self) -> Iterator[Diagnostic]:
        """What ruff says, each path exactly as it was given to `start`.

        Raises:
            RuffError: ruff died, or didn't honour a code.
        """
        again = list(self._odd)
        process = self._process
        if process is not None and process.stdout is not None:
            yield from self._listed(process, process.stdout)
            again += [self._given[p] for p in self._not_utf8() if p in self._given]
        for path in again:
            try:
                with open(path, "rb") as file:
                    data = file.read()
            except OSError:
                continue  # gone or closed to us: whoever reads the files says so
            yield from check_text(data, path, self._codes, target=self._target)

    def _listed(
        self, process: subprocess.Popen[bytes], stdout: IO[bytes]
    ) -> Iterator[Diagnostic]:
        whole = True
        for line in stdout:
            said = _said(line)
            if said is None:
                whole = False
                break
            path = self._given.get(said["filename"])
            if path is None:
                raise RuffError(
                    f"ruff spoke of {said['filename']}, which it wasn't given"
                )
            yield _diagnostic(said, path)
        stdout.close()
        _trust(process.wait(), self._stderr(), whole=whole)

    def close(self) -> None:
        """End ruff if it still runs, and remove what it was given."""
        process = self._process
        if process is not None:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._errors.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._list)

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._folder, path))

    def _stderr(self) -> bytes:
        self._errors.seek(0)
        return self._errors.read()

    def _not_utf8(self) -> list[str]:
        text = self._stderr().decode(errors="replace")
        return [self._absolute(match[1]) for match in _NOT_UTF8.finditer(text)]


def _command(
    executable: str, codes: Sequence[str], target: tuple[int, int]
) -> list[str]:
    return [
        executable,
        "check",
        "--isolated",
        "--no-cache",
        "--output-format=json-lines",
        f"--select={','.join(codes)}",
        f"--target-version=py{target[0]}{target[1]}",
    ]


def _written(text: str) -> str:
    import tempfile

    handle, path = tempfile.mkstemp(prefix="pyguard-", suffix=".txt")
    with open(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path


def _fits_a_line(path: str) -> bool:
    # Ruff reads its list as lines of UTF-8; other names are given to it one by one.
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return not ("\n" in path or "\r" in path)


def _shown(path: str) -> str:
    # As ruff writes it: what isn't UTF-8 becomes U+FFFD.
    return os.fsencode(path).decode(errors="replace")


def _as_utf8(data: bytes) -> bytes | None:
    # Ruff reads nothing but UTF-8; a file that declares another encoding is recoded.
    try:
        data.decode()
    except UnicodeDecodeError:
        from pyguard_kernel.source import Unreadable, decode

        try:
            return decode(data).encode()
        except (Unreadable, UnicodeEncodeError):
            return None
    return data


def _trust(code: int, stderr: bytes, *, whole: bool) -> None:
    text = stderr.decode(errors="replace").strip()
    if (code == 2 and "ruff failed" in text) or text.startswith("error:"):
        cause = text.split("\n\n")[0].replace("\n  Cause:", ":").replace("\n", " ")
        raise RuffError(f"{cause}. The rules are made for ruff {PINNED}: {_REMEDY}")
    if code not in (0, 1) or not whole:
        ended = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
        last = "\n".join(text.splitlines()[-5:]) or "it wrote nothing to stderr"
        kind = RuffCrash if code < 0 and _signal(-code) in _BREAKDOWNS else RuffError
        raise kind(f"ruff {ended}, and its findings aren't whole:\n{last}")
    refused = _NO_EFFECT.search(text)
    if refused:
        raise RuffError(
            f"ruff doesn't find {refused[1] or refused[2]} as asked"
            f" ({refused[0].removeprefix('warning: ').rstrip('.')}):"
            " name a stable code of it"
        )


def _signal(number: int) -> str:
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _said(line: bytes) -> dict[str, Any] | None:
    """One finding in ruff's own form; None where the line is cut off."""
    try:
        said: dict[str, Any] = _decoder()(line.decode())[0]
    except ValueError:
        return None
    return said


@cache
def _decoder() -> Callable[[str], tuple[Any, int]]:
    # `json.loads` guesses the encoding and looks for options, each time anew.
    from json import JSONDecoder

    return JSONDecoder().raw_decode


def _diagnostic(said: dict[str, Any], path: str) -> Diagnostic:
    if said["code"] == "panic":
        first = said["message"].partition("\n")[0]
        raise RuffCrash(f"ruff crashed over {path} ({first}): exclude this file")
    start, end = said["location"], said["end_location"]
    return Diagnostic(
        said["code"] or INVALID_SYNTAX, said["message"], path,
        start["row"], start["column"], end["row"], end["column"],
        said["cell"], _fix(said["fix"]),
    )  # fmt: skip


def _fix(said: dict[str, Any] | None) -> Fix | None:
    if said is None or said["applicability"] not in ("safe", "unsafe"):
        return None  # for display alone
    return Fix(
        said["applicability"],
        said["message"] or "",
        tuple(
            Edit(
                edit["location"]["row"], edit["location"]["column"],
                edit["end_location"]["row"], edit["end_location"]["column"],
                edit["content"],
            )
            for edit in said["edits"]
        ),
    )  # fmt: skip
