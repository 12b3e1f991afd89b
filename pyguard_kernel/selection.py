"""Which rules a set of selectors means: a code, a prefix of codes, or a name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# What is no rule, yet always reported: code -> name. Ignorable like a rule.
UNREADABLE, UNUSED_NOQA = "PG000", "PG001"
ALWAYS_ON = {UNREADABLE: "unreadable-file", UNUSED_NOQA: "unused-noqa"}

EVERYTHING = "ALL"


class SettingsError(Exception):
    """A setting can't be used; the message names the place, the value, the remedy."""


def known_names() -> dict[str, str]:
    """Code -> name of all that can be selected or ignored."""
    from pyguard_kernel.registry import all_rules

    return ALWAYS_ON | {rule.code: rule.name for rule in all_rules()}


def resolved(selector: str, where: str) -> str:
    """The code, or prefix of codes, that a selector means.

    `where` is the place that holds it, for the error.

    Raises:
        SettingsError: it means no rule that there is.
    """
    wanted = selector.strip()
    upper = wanted.upper()
    if upper in {EVERYTHING, "PG"}:
        return upper
    known = known_names()
    if upper in known or any(covers(upper, code) for code in known):
        return upper
    for code, name in known.items():
        if name == wanted.lower():
            return code
    raise SettingsError(f"{where}: {unknown_rule(wanted)}")


def resolved_all(selectors: Iterable[str], where: str) -> tuple[str, ...]:
    """Each selector's meaning.

    Raises:
        SettingsError: one means no rule that there is.
    """
    return tuple(resolved(selector, where) for selector in selectors)


def unknown_rule(wanted: str) -> str:
    """Says that there is no such rule, and which ones are near."""
    from difflib import get_close_matches

    known = known_names()
    words = {
        word.lower(): code for code, name in known.items() for word in (code, name)
    }
    near = dict.fromkeys(
        words[word] for word in get_close_matches(wanted.lower(), words, 3, 0.6)
    )
    if near:
        hint = "did you mean " + ", ".join(f"{c} ({known[c]})" for c in near) + "?"
    else:
        hint = "`pyguard rule --all` lists them"
    return f"unknown rule {wanted!r}; {hint}"


def covers(selector: str, code: str) -> bool:
    """Whether a resolved selector means this code: PG2 means PG206, but not PGX2."""
    if selector == EVERYTHING:
        return True
    letters = selector.rstrip("0123456789")
    return letters == code.rstrip("0123456789") != "" and code.startswith(selector)


def is_on(code: str, select: Iterable[str], ignore: Iterable[str]) -> bool:
    """Whether a code is selected: the longest selector wins, and ignore wins a tie."""
    chosen = _reach(code, select)
    return chosen > 0 and chosen > _reach(code, ignore)


def _reach(code: str, selectors: Iterable[str]) -> int:
    found = (s for s in selectors if covers(s, code))
    return max((1 if s == EVERYTHING else len(s) for s in found), default=0)
