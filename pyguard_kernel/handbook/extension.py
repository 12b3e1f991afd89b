"""A Sphinx extension: lists, tables and numbers drawn from the rules themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from pyguard_kernel._version import __version__
from pyguard_kernel.checklist import ASKED, checklist, thresholds
from pyguard_kernel.file_cells import names_a_file
from pyguard_kernel.handbook.card import FIXABLE, pieces
from pyguard_kernel.model import CHAPTERS, PLANNED_RULES
from pyguard_kernel.registry import all_rules
from pyguard_kernel.statements import Statement, statements

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from pyguard_kernel.checklist import Point
    from pyguard_kernel.model import Rule

STATIC = Path(__file__).parent / "static"

HOW_FOUND = {
    "ruff": "ruff",
    "ast": "PyGuard",
    "project": "project files",
    "attest": "answer",
}

type Cell = str | nodes.Node | Sequence[nodes.Node]


def numbers() -> dict[str, int]:
    """Every figure that the site's prose gives, by the name that prose asks for."""
    rules = all_rules()
    built = {rule.code for rule in rules}
    answered = [s for s in statements() if _is_answered(s, built)]
    return {
        "rules": len(rules),
        "planned": PLANNED_RULES,
        "chapters": len({rule.chapter for rule in rules}),
        "all-chapters": len(CHAPTERS),
        "statements": len(statements()),
        "answered": len(answered),
        "unanswered": len(statements()) - len(answered),
        "checklist": sum(not s.rules for s in statements()),
        "points": len(checklist()),
        "thresholds": len(thresholds()),
        "fixable": sum(rule.fix != "no" for rule in rules),
        "own": sum("ast" in rule.kinds for rule in rules),
        "project-rules": sum("project" in rule.kinds for rule in rules),
        "ruff-codes": len({code for rule in rules for code in rule.ruff_codes}),
    }


def _is_answered(statement: Statement, built: Container[str]) -> bool:
    """Whether a rule that is there answers it, or people do, on the checklist."""
    return not statement.rules or any(code in built for code in statement.rules)


class Number(SphinxRole):
    """`{number}`rules``: a figure from `numbers`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The figure as text; an unknown name is an error of the page."""
        _mark_derived(self.env)
        value = numbers().get(self.text)
        if value is None:
            known = ", ".join(numbers())
            message = self.inliner.reporter.error(
                f"no number {self.text!r}; there are {known}", line=self.lineno
            )
            return [self.inliner.problematic(self.text, self.text, message)], [message]
        return [nodes.Text(str(value))], []


class RuleIndex(SphinxDirective):
    """`{rule-index}`: all rules in a table, which a script makes filterable."""

    def run(self) -> list[nodes.Node]:
        """One table; what a row can be filtered by stands in its classes."""
        _mark_derived(self.env)
        rows = [
            ([*self._cells(rule)], [f"pyguard-{word}" for word in _traits(rule)])
            for rule in all_rules()
        ]
        head = ["Code", "Rule", "Level", "Chapter", "Found by", "Mended"]
        return [_table(head, rows, "pyguard-index")]

    def _cells(self, rule: Rule) -> Iterable[Cell]:
        name = _rule_link(self.env, rule, rule.name, "pyguard-name")
        yield _rule_link(self.env, rule, rule.code, "pyguard-code")
        yield [name, _summary(rule)]
        yield rule.level.value
        yield _title(rule.chapter)
        yield ", ".join(HOW_FOUND[kind] for kind in rule.kinds)
        yield FIXABLE[rule.fix]


class ChapterRules(SphinxDirective):
    """`{chapter-rules} NAME`: the rules of one chapter, each with its summary."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """One table; a chapter without rules is an error of the page."""
        _mark_derived(self.env)
        rules = [rule for rule in all_rules() if rule.chapter == self.arguments[0]]
        if not rules:
            raise self.error(f"no rule has the chapter {self.arguments[0]!r}")
        head = ["Code", "Rule", "Level", "Mended"]
        rows: list[tuple[list[Cell], list[str]]] = [
            (
                [
                    _rule_link(self.env, rule, rule.code, "pyguard-code"),
                    [
                        _rule_link(self.env, rule, rule.name, "pyguard-name"),
                        _summary(rule),
                    ],
                    rule.level.value,
                    FIXABLE[rule.fix],
                ],
                [],
            )
            for rule in rules
        ]
        return [_table(head, rows, "pyguard-chapter")]


class Statements(SphinxDirective):
    """`{statements}`: every statement, and the rules that answer it or will."""

    def run(self) -> list[nodes.Node]:
        """One table."""
        _mark_derived(self.env)
        built = {rule.code: rule for rule in all_rules()}
        head = ["Statement", "Level", "What it asks", "Answered by"]
        rows: list[tuple[list[Cell], list[str]]] = [
            (
                [s.number, s.level, _sentence(s.text), list(self._answers(s, built))],
                ["pyguard-answered" if _is_answered(s, built) else "pyguard-open"],
            )
            for s in statements()
        ]
        return [_table(head, rows, "pyguard-statements")]

    def _answers(
        self, statement: Statement, built: dict[str, Rule]
    ) -> Iterable[nodes.Node]:
        if not statement.rules:
            yield _doc_link(self.env, "guide/production-checklist", "the checklist")
        for number, code in enumerate(statement.rules):
            if number:
                yield nodes.Text(", ")
            if code in built:
                yield _rule_link(self.env, built[code], f"{code} {built[code].name}")
            else:
                yield nodes.emphasis("", f"{code}, planned")


class Checklist(SphinxDirective):
    """`{checklist} points` or `{checklist} thresholds`: who answers each, and how."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """One table."""
        _mark_derived(self.env)
        points = {"points": checklist, "thresholds": thresholds}.get(self.arguments[0])
        if points is None:
            raise self.error("the checklist has `points` and `thresholds`")
        built = {rule.code: rule for rule in all_rules()}
        head = ["Statement", "What it asks", "Answered by"]
        rows: list[tuple[list[Cell], list[str]]] = [
            (
                [p.number, _sentence(f"{p.group}: {p.text}" if p.group else p.text),
                 [*self._answers(p, built)]],
                [],
            )
            for p in points()
        ]  # fmt: skip
        return [_table(head, rows, "pyguard-checklist")]

    def _answers(self, point: Point, built: dict[str, Rule]) -> Iterable[nodes.Node]:
        parts: list[nodes.Node] = []
        for code in point.rules:
            if code in built:
                name = f"{code} {built[code].name}"
                parts.append(_rule_link(self.env, built[code], name))
            else:
                parts.append(nodes.emphasis("", f"{code}, planned"))
        if point.gate:
            parts.append(nodes.inline("", f"the gate {point.gate}"))
        if point.number in ASKED:
            asked = ASKED[point.number]
            words = f"people: {asked.question} Asked again after {asked.days} days."
            parts.append(nodes.inline("", words))
        for number, part in enumerate(parts):
            if number:
                yield nodes.Text(", ")
            yield part


def _rule_link(
    env: BuildEnvironment, rule: Rule, text: str, *classes: str
) -> nodes.Node:
    """A link to a rule's page, which Sphinx checks."""
    return _doc_link(env, rule.page.removesuffix(".html"), text, *classes)


def _doc_link(env: BuildEnvironment, page: str, text: str, *classes: str) -> nodes.Node:
    """A link to a page, by its path from the book's root."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", text, classes=list(classes)),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{page}",
        refdoc=env.docname,
        refexplicit=True,
        refwarn=True,
    )


def _summary(rule: Rule) -> nodes.Node:
    text = _sentence(rule.summary)
    return nodes.inline("", "", *text, classes=["pyguard-summary"])


def _sentence(text: str) -> list[nodes.Node]:
    return [
        nodes.literal("", piece) if is_code else nodes.Text(piece)
        for is_code, piece in pieces(text)
    ]


def _mark_derived(env: BuildEnvironment) -> None:
    # A page that follows from the rules is built anew each time.
    env.metadata[env.docname]["pyguard_derived"] = True


def _traits(rule: Rule) -> list[str]:
    traits = [f"level-{rule.level.lower()}", f"chapter-{rule.chapter}"]
    traits += [f"found-{kind}" for kind in rule.kinds]
    return [*traits, f"fix-{rule.fix}"]


def _title(chapter: str) -> str:
    return chapter.replace("_", " ")


def _table(
    head: list[str], rows: Iterable[tuple[list[Cell], list[str]]], name: str
) -> nodes.Node:
    table = nodes.table("", classes=["pyguard-table", name])
    group = nodes.tgroup("", cols=len(head))
    group.extend(nodes.colspec("", colwidth=1) for _ in head)
    titles = nodes.row("", *(_entry(title) for title in head))
    group += nodes.thead("", titles)
    body = nodes.tbody("")
    for cells, classes in rows:
        body += nodes.row("", *(_entry(cell) for cell in cells), classes=classes)
    group += body
    table += group
    return table


def _entry(cell: Cell) -> nodes.entry:
    if isinstance(cell, str):
        cell = nodes.Text(cell)
    parts = [cell] if isinstance(cell, nodes.Node) else list(cell)
    return nodes.entry("", nodes.paragraph("", "", *parts))


def _derived_pages(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    return [name for name, about in env.metadata.items() if "pyguard_derived" in about]


def _own_files(app: Sphinx) -> None:
    app.config.html_static_path.append(str(STATIC))


# What a file is highlighted as, by the end of its name.
_LEXERS = {
    ".yml": "yaml",
    ".yaml": "yaml",
    ".toml": "toml",
    ".cfg": "ini",
    ".ini": "ini",
    ".json": "json",
    ".py": "python",
    ".sh": "bash",
    "Dockerfile": "docker",
    "Containerfile": "docker",
    "Makefile": "make",
}


def _highlight_files(app: Sphinx, document: nodes.document) -> None:
    """Cells that stand for files are coloured as what they are, not as Python."""
    for block in document.findall(nodes.literal_block):
        header, _, body = block.astext().partition("\n")
        if names_a_file(header):
            name = header.split()[1]
            ends = (lexer for end, lexer in _LEXERS.items() if name.endswith(end))
            # A tree of several files is coloured as none.
            block["language"] = next(ends, "text") if body else "text"
            block["force"] = True  # the header is no line of the file


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the role, the directives and our style and script."""
    app.add_role("number", Number())
    for name, directive in _DIRECTIVES.items():
        app.add_directive(name, directive)
    app.connect("env-get-outdated", _derived_pages)
    app.connect("builder-inited", _own_files)
    app.connect("doctree-read", _highlight_files)
    app.add_css_file("pyguard.css")
    app.add_js_file("pyguard.js", loading_method="defer")
    return {
        "version": __version__,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


_DIRECTIVES: dict[str, type[SphinxDirective]] = {
    "rule-index": RuleIndex,
    "chapter-rules": ChapterRules,
    "statements": Statements,
    "checklist": Checklist,
}
