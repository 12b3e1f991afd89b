"""Options that make a tool succeed whatever it finds."""

from __future__ import annotations

# Program -> the options that take its teeth, as the tool itself documents them.
# Tools that pass unless they are told to fail (trivy, grype) are the rules' matter.
_SOFT: dict[str, tuple[str, ...]] = {
    "ruff": ("--exit-zero", "-e"),
    "flake8": ("--exit-zero",),
    "pylint": ("--exit-zero",),
    "bandit": ("--exit-zero",),
    "checkov": ("--soft-fail", "-s"),
    "tfsec": ("--soft-fail", "-s"),
    "trivy": ("--exit-code=0",),
    "hadolint": ("--no-fail",),
    "safety": ("--continue-on-error",),
    "gitleaks": ("--exit-code=0",),
    "pyupgrade": ("--exit-zero-even-if-changed",),
    "pytest": ("--suppress-tests-failed-exit-code",),
}


def soft(words: tuple[str, ...]) -> str:
    """The option that makes this command succeed always, or the empty text."""
    if not words:
        return ""
    flags = _SOFT.get(words[0], ())
    given = list(words[1:])
    for number, word in enumerate(given):
        if word in flags:
            return f"`{word}`"
        if number + 1 < len(given) and f"{word}={given[number + 1]}" in flags:
            return f"`{word} {given[number + 1]}`"
    return ""
