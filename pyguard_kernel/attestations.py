"""What people answer: read from [tool.pyguard.attest], judged by its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pyguard_kernel.model import Attest, Verdict
from pyguard_kernel.selection import SettingsError, resolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_KEYS = ("answer", "who", "when", "link", "expires")
_NEEDED = ("answer", "who", "when")


@dataclass(frozen=True, slots=True)
class Signed:
    """One answer: yes or no, who gave it and when, and where the evidence is.

    A yes has a `link`. Without `expires`, the question says how long it holds.
    """

    answer: bool
    who: str
    when: date
    link: str = ""
    expires: date | None = None

    def until(self, days: int) -> date:
        """The last day on which it holds, where an answer holds for `days`."""
        return self.expires or self.when + timedelta(days=days)

    def verdict(self, days: int, today: date) -> tuple[Verdict, str]:
        """What it is worth today, and why, in words."""
        signed = f"by {self.who} on {self.when}"
        if not self.answer:
            return Verdict.FAILED, f"answered no {signed}"
        # A day's grace: it may be tomorrow already where it was signed.
        if self.when > today + timedelta(days=1):
            return Verdict.STALE, f"signed {signed}, a day that hasn't come"
        if self.until(days) < today:
            return Verdict.STALE, f"answered {signed}; held until {self.until(days)}"
        link = f": {self.link}" if self.link else ""
        return Verdict.ATTESTED, f"answered {signed}{link}"


def questions() -> dict[str, Attest]:
    """What people can be asked: a rule's code, or a point's number -> the question."""
    from pyguard_kernel.checklist import ASKED
    from pyguard_kernel.registry import all_rules

    found = {
        rule.code: detector
        for rule in all_rules()
        for detector in rule.detectors
        if isinstance(detector, Attest)
    }
    return found | ASKED


def key_of(word: str, where: str) -> str:
    """The code or number that a word means: `PG907`, `unwatched-advisories`, `13.2.1`.

    Raises:
        SettingsError: it means nothing that people are asked; says what is near.
    """
    asked = questions()
    key = word.strip() if word.strip() in asked else resolved(word, where)
    if key not in asked:
        raise SettingsError(
            f"{where}: no question is asked for {word}, files answer it;"
            f" asked are {', '.join(asked)}"
        )
    return key


def read(table: Mapping[str, Any], where: str) -> dict[str, Signed]:
    """The answers of a [tool.pyguard.attest], by code or number.

    Raises:
        SettingsError: a key or value can't be used; begins with its place.
    """
    found: dict[str, Signed] = {}
    for word, value in table.items():
        place = f'{where}."{word}"' if "." in word else f"{where}.{word}"
        if not isinstance(value, dict):
            raise SettingsError(f"{place}: must be a table of {', '.join(_KEYS)}")
        found[key_of(word, place)] = _signed(value, place)
    return found


def _signed(value: Mapping[str, Any], place: str) -> Signed:
    for key in value:
        if key not in _KEYS:
            from pyguard_kernel.settings_file import unknown_key

            raise SettingsError(unknown_key(f"{place}.{key}", _KEYS))
    for key in _NEEDED:
        if key not in value:
            raise SettingsError(f"{place}: has no {key}; `pyguard attest` writes it")
    answer = value["answer"]
    if answer not in {"yes", "no"}:
        raise SettingsError(f"{place}.answer: must be 'yes' or 'no', not {answer!r}")
    who, link = _text(value, "who", place), _text(value, "link", place)
    if not who:
        raise SettingsError(f"{place}.who: must name who answers")
    if answer == "yes" and not link:
        raise SettingsError(f"{place}: a yes needs a link to its evidence")
    when = _day(value["when"], f"{place}.when")
    expires = value.get("expires")
    if expires is not None:
        expires = _day(expires, f"{place}.expires")
    return Signed(answer == "yes", who, when, link, expires)


def _text(value: Mapping[str, Any], key: str, place: str) -> str:
    text = value.get(key, "")
    if isinstance(text, str):
        return text.strip()
    raise SettingsError(f"{place}.{key}: must be a text, not {text!r}")


def _day(value: object, place: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        message = f"{place}: must be a day such as 2026-11-23, not {value!r}"
        raise SettingsError(message) from None
