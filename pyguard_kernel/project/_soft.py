"""Options that make a tool succeed whatever it finds."""

from __future__ import annotations

# Program (and subcommand) -> the options that take its teeth, as they are written.
# Each is documented by the tool itself.
_SOFT: dict[tuple[str, ...], tuple[str, ...]] = {
    ("ruff",): ("--exit-zero", "-e"),
    ("flake8",): ("--exit-zero",),
    ("pylint",): ("--exit-zero",),
    ("bandit",): ("--exit-zero",),
    ("vulture",): ("--exit-zero",),
    ("checkov",): ("--soft-fail", "-s"),
    ("tfsec",): ("--soft-fail", "-s"),
    ("trivy",): ("--exit-code=0",),
    ("hadolint",): ("--no-fail",),
    ("detect-secrets",): ("--no-fail",),
    ("njsscan",): ("--exit-warning=false",),
    ("safety",): ("--continue-on-error",),
    ("gitleaks",): ("--exit-code=0",),
    ("codespell",): ("--exit-zero-even-if-changed",),
}


def soft(words: tuple[str, ...]) -> str:
    """The option that makes this command succeed always, or the empty text."""
    if not words:
        return ""
    flags = _SOFT.get(words[:1], ())
    given = list(words[1:])
    for number, word in enumerate(given):
        if word in flags:
            return f"`{word}`"
        if number + 1 < len(given) and f"{word}={given[number + 1]}" in flags:
            return f"`{word} {given[number + 1]}`"
    return ""
