"""`pyguard attest`: asks what no file shows, and writes the answer down."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from pyguard_kernel.atomic import write_atomically
from pyguard_kernel.attestations import Signed, key_of, questions
from pyguard_kernel.checklist import checklist
from pyguard_kernel.cli import FAILED, FOUND_NOTHING, complain
from pyguard_kernel.cli.check_options import MisuseError
from pyguard_kernel.registry import RegistryError, find_rule
from pyguard_kernel.selection import SettingsError
from pyguard_kernel.settings import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from pyguard_kernel.model import Attest
    from pyguard_kernel.settings import Settings

_NAME = "pyproject.toml"


def add_arguments(parser: ArgumentParser) -> None:
    """What `pyguard attest` takes."""
    parser.add_argument(
        "rule",
        nargs="?",
        help="a rule's code or name, or a point of the checklist: PG907, 13.2.1;"
        " without one, all questions are listed",
    )
    parser.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="the project's root (default: this folder)",
    )
    parser.add_argument("--answer", choices=("yes", "no"), help="asked for without")
    parser.add_argument("--who", help="who answers: a name, a team; asked for without")
    parser.add_argument("--link", help="where the evidence is; a yes needs one")
    parser.add_argument(
        "--expires",
        metavar="DAY",
        help="the last day it holds, such as 2027-05-31 (default: as the rule says)",
    )


def run(arguments: Namespace) -> int:
    """List the questions, or ask one and write the answer; 2 where that fails."""
    try:
        path = Path(arguments.path)
        if not path.is_dir():
            raise MisuseError(f"{path}: there is no such folder")
        settings = load(path)
        if arguments.rule is None:
            for line in _listed(settings):
                print(line)
        else:
            _attest(arguments, path, settings)
    except (MisuseError, SettingsError, RegistryError) as error:
        complain(error)
        return FAILED
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        complain(f"{name}{error.strerror or error}")
        return FAILED
    return FOUND_NOTHING


def _listed(settings: Settings) -> Iterator[str]:
    """Every question, and what is known of its answer."""
    for key, asked in questions().items():
        signed = settings.attest.get(key)
        state = "nobody answered yet"
        if signed is not None:
            verdict, words = signed.verdict(asked.days, date.today())
            state = f"{verdict}, {words}"
        yield f"{key} {_name(key)}"
        yield f"  {asked.question}"
        yield f"  {state}"


def _name(key: str) -> str:
    rule = find_rule(key)
    if rule is not None:
        return rule.name
    return next(point.text for point in checklist() if point.number == key)


def _attest(arguments: Namespace, path: Path, settings: Settings) -> None:
    from pyguard_kernel.attest_edit import with_answer

    key = key_of(arguments.rule, "pyguard attest")
    asked = questions()[key]
    file = settings.source or path / _NAME
    if not file.is_file():
        raise MisuseError(f"{file}: isn't there; `pyguard init` makes one")
    signed = _signed(arguments, key, asked, path, settings)
    text = file.read_bytes().decode()
    after = with_answer(text, key, signed, str(file))
    write_atomically(file, after.encode())
    said = "yes" if signed.answer else "no"
    until = f", holds until {signed.until(asked.days)}" if signed.answer else ""
    print(f"{file}: {key} is answered {said} by {signed.who}{until}")


def _signed(
    arguments: Namespace, key: str, asked: Attest, path: Path, settings: Settings
) -> Signed:
    """The answer, from the command line, or from who sits there."""
    given = (
        arguments.answer
        and arguments.who
        and (arguments.link or arguments.answer == "no")
    )
    if not given:
        if not sys.stdin.isatty():
            raise MisuseError(
                "nobody is here to be asked: give --answer, --who, and --link for a yes"
            )
        print(f"{key} {_name(key)}\n{asked.question}")
        for line in _seen(key, path, settings):
            print(f"  seen: {line}")
    answer = arguments.answer or _asked_yes_or_no()
    link = arguments.link
    if link is None:
        link = _asked(f"Link to {asked.evidence}: ") if answer == "yes" else ""
    who = arguments.who or _asked("Who answers? ")
    for text in (who, link):
        if not text.isprintable():
            raise MisuseError(f"{text!r}: must be one line of plain text")
    expires = None
    if arguments.expires:
        try:
            expires = date.fromisoformat(arguments.expires)
        except ValueError:
            wrong = "--expires: must be a day such as 2027-05-31, not"
            raise MisuseError(f"{wrong} {arguments.expires!r}") from None
        if expires < date.today():
            raise MisuseError(f"--expires: {expires} is past: name a day to come")
    return Signed(answer == "yes", who.strip(), date.today(), link.strip(), expires)


def _asked_yes_or_no() -> str:
    while True:
        word = _asked("yes or no? ").lower()
        if word in {"y", "yes"}:
            return "yes"
        if word in {"n", "no"}:
            return "no"


def _asked(prompt: str) -> str:
    while True:
        try:
            word = input(prompt).strip()
        except EOFError:
            raise MisuseError("no answer was given; nothing is written") from None
        if word:
            return word


def _seen(key: str, path: Path, settings: Settings) -> Iterator[str]:
    """What the project's files show that helps to answer."""
    rule = find_rule(key)
    if rule is None:
        return
    from pyguard_kernel.findings import Judge
    from pyguard_kernel.project_scan import ProjectScan

    judge = Judge(settings, [rule], whole=True)
    run = ProjectScan([rule], settings, judge, fixes=False).of_folder(path)
    for evidence in run.answers[rule.code].evidence:
        place = evidence.place
        yield f"{place.path}:{place.span[0]}: {evidence.message}"
    for finding in run.findings:
        yield f"{finding.path}:{finding.line}: {finding.message}"
