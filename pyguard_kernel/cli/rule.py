"""`pyguard rule CODE|NAME`: what a rule asks, and why."""

from __future__ import annotations

import sys
import textwrap

from pyguard_kernel.cli import FAILED, complain
from pyguard_kernel.cli.terminal import wants_color
from pyguard_kernel.model import PLANNED_RULES
from pyguard_kernel.registry import RegistryError, all_rules, find_rule
from pyguard_kernel.report.paint import Paint
from pyguard_kernel.selection import unknown_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from pyguard_kernel.model import Rule

_WIDTH = 80
_FOUND_BY = {
    "ruff": "ruff",
    "ast": "PyGuard's own reading of the syntax tree",
    "project": "PyGuard's own reading of the project's files",
    "attest": "an answer that somebody signs: pyguard attest",
}
_MENDED = {
    "yes": "by machine: pyguard check --fix",
    "some": "some findings by machine: pyguard check --fix",
    "no": "by hand",
}


def add_arguments(parser: ArgumentParser) -> None:
    """What `pyguard rule` takes."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("rule", nargs="?", help="a code or name: PG206, bare-except")
    which.add_argument("--all", action="store_true", help="every rule")
    parser.add_argument(
        "--output-format",
        choices=("text", "json"),
        default="text",
        help="for people or for programs (default: text)",
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def run(arguments: Namespace) -> int:
    """Print one rule, or all."""
    try:
        rules = all_rules()
        rule = None if arguments.all else find_rule(arguments.rule)
    except RegistryError as error:
        complain(error)
        return FAILED
    if rule is None and not arguments.all:
        complain(unknown_rule(arguments.rule))
        return FAILED
    if arguments.output_format == "json":
        from pyguard_kernel.report.json import dumps
        from pyguard_kernel.report.table import facts, table

        sys.stdout.write(dumps(facts(rule) if rule else table(rules)))
    else:
        paint = Paint(wants_color(arguments.color, sys.stdout))
        print(_card(rule, paint) if rule else _list(rules, paint))
    return 0


def _card(rule: Rule, paint: Paint) -> str:
    found = " and ".join(_FOUND_BY.get(kind, kind) for kind in rule.kinds)
    if rule.ruff_codes:
        found = found.replace("ruff", f"ruff ({', '.join(rule.ruff_codes)})", 1)
    facts = {
        "Chapter": rule.chapter,
        "Found by": found,
        "Mended": _MENDED[rule.fix],
        "Answers": f"statement {', '.join(rule.statements)}",
        "Since": rule.since,
        "Page": rule.page,
    }
    return "\n".join([
        f"{paint.bad(rule.code)} {paint.strong(rule.name)} ({rule.level})",
        "",
        paint.words(paint.strong(textwrap.fill(rule.summary, _WIDTH))),
        "",
        paint.words(textwrap.fill(rule.why, _WIDTH)),
        "",
        *(f"{paint.quiet(f'{term}:'):<10} {value}" for term, value in facts.items()),
        "",
        *(f"{ref.title}\n  {ref.url} (read {ref.checked})" for ref in rule.references),
    ])  # fmt: skip


def _list(rules: tuple[Rule, ...], paint: Paint) -> str:
    lines: list[str] = []
    broad = max((len(rule.name) for rule in rules), default=0)
    chapter = ""
    for rule in rules:
        if rule.chapter != chapter:
            chapter = rule.chapter
            lines += ["", paint.strong(chapter)] if lines else [paint.strong(chapter)]
        code = paint.bad(f"{rule.code:<6}")
        lines.append(f"  {code} {rule.name:<{broad}}  {rule.level:<6}  {rule.summary}")
    return "\n".join([*lines, "", f"{len(rules)} of {PLANNED_RULES} planned rules."])
