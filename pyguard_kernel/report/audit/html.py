"""An audit as one page that needs nothing else: no script, no font, no request."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pyguard_kernel._version import __version__
from pyguard_kernel.model import Verdict
from pyguard_kernel.report.audit.html_parts import anchor, badge, plain, words
from pyguard_kernel.report.audit.html_tree import tree
from pyguard_kernel.report.audit.told import (
    HEADLINES,
    OPEN,
    ORDER,
    answer,
    by_verdict,
    ran,
    taken_for,
    why,
)
from pyguard_kernel.report.outcome import count
from pyguard_kernel.report.paint import printable

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from pyguard_kernel.audit import Checked, Part, Row
    from pyguard_kernel.audit_first import Mend
    from pyguard_kernel.gates import GateRun
    from pyguard_kernel.model import Evidence
    from pyguard_kernel.report.audit.told import Told

# Files that a rule's row names; the tree has all of them.
_FILES = 12

# Nothing is loaded from anywhere, whatever a checked file says.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'"
)


def render(told: Told) -> str:
    """The page."""
    return "".join(_page(told))


def _page(told: Told) -> Iterator[str]:
    audit = told.audit
    name = escape(_name(audit.path))
    yield "<!doctype html>\n"
    yield '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n'
    yield f"<title>{name}: {HEADLINES[audit.readiness]}</title>\n"
    yield f"<style>\n{_own('audit.css')}</style>\n</head>\n<body>\n"
    yield f'<header class="{audit.readiness}"><p class="what">Audit of {name}</p>\n'
    yield f"<h1>{HEADLINES[audit.readiness]}</h1>\n<p>{escape(why(audit))}</p>\n"
    if kind := taken_for(audit):
        yield f"<p>{words(kind)}</p>\n"
    yield "</header>\n<main>\n"
    yield from _first(told)
    yield from _troubles(told)
    yield _nav(told)
    ran_gates = {gate.name for gate in audit.gates or ()}
    title = "Before and in production"
    yield from _points("checklist", title, audit.checklist, ran_gates)
    yield from _points("thresholds", "Thresholds", audit.thresholds, ran_gates)
    yield from _gates(audit.gates)
    yield from _rules(told)
    yield from tree(told)
    yield f"</main>\n<footer><p>{escape(ran(audit))}</p>\n"
    yield f"<p>PyGuard {__version__}</p></footer>\n"
    yield f"<script>\n{_own('audit.js')}</script>\n</body>\n</html>\n"


def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _name(path: str) -> str:
    return printable(Path(path).absolute().resolve().name or path)


def _nav(told: Told) -> str:
    audit = told.audit
    good = sum(answer(c) not in {OPEN, "no"} for c in audit.checklist)
    held = sum(answer(c) not in {OPEN, "no"} for c in audit.thresholds)
    failed = len(by_verdict(audit, Verdict.FAILED))
    tiles = [
        ("checklist", f"{good} of {len(audit.checklist)}", "points answered well"),
        ("thresholds", f"{held} of {len(audit.thresholds)}", "thresholds held"),
        ("rules", f"{failed} of {len(audit.rows)}", "rules failed"),
        ("findings", f"{len(audit.result.findings):,}", "findings"),
    ]
    listed = "".join(
        f'<a href="#{to}"><strong>{figure}</strong> {name}</a>'
        for to, figure, name in tiles
    )
    return f'<nav aria-label="Parts of this page">{listed}</nav>\n'


# -- what to mend --------------------------------------------------------------------


def _first(told: Told) -> Iterator[str]:
    if not told.first:
        return
    faulty = told.audit.readiness.value == "not_ready"
    title = "Mend first" if faulty else "Do next"
    yield f'<section id="first"><h2>{title}</h2>\n<ol class="first">\n'
    for mend in told.first:
        yield _mend(mend)
    yield "</ol></section>\n"


def _mend(mend: Mend) -> str:
    level = f' <span class="level">{mend.level}</span>' if mend.level else ""
    found = ""
    if mend.count:
        where = f", the first at <code>{escape(mend.place)}</code>" * bool(mend.place)
        found = f'<p class="where">{count(mend.count, "finding")}{where}</p>'
    mends = {"safe": "mends it", "unsafe": "mends it; read the diff"}
    note = f" <small>{mends[mend.fix]}</small>" if mend.fix else ""
    return (
        f"<li><h3>{words(mend.what)} {words(mend.name)}{level}</h3>"
        f"<p>{words(mend.why)}</p>{found}"
        f'<p class="command"><kbd>{plain(mend.command)}</kbd>{note}</p>'
        "</li>\n"
    )


def _troubles(told: Told) -> Iterator[str]:
    result = told.audit.result
    for crash in result.crashes:
        yield f'<p class="trouble">A rule crashed: {words(crash)}</p>\n'
    for warning in result.warnings:
        yield f'<p class="trouble">{words(warning)}</p>\n'


# -- points --------------------------------------------------------------------------


def _points(
    name: str, title: str, points: Sequence[Checked], gates: Container[str]
) -> Iterator[str]:
    yield f'<section id="{name}"><h2>{title}</h2>\n<table class="points">\n'
    group = ""
    for checked in points:
        if checked.point.group != group:
            group = checked.point.group
            yield f'<tr><th colspan="2" scope="rowgroup">{escape(group)}</th></tr>\n'
        parts = "".join(
            f"<li>{_by(part, gates)}: {words(part.words)}</li>"
            for part in checked.parts
        )
        yield (
            f"<tr><td>{badge(checked.verdict, answer(checked))}</td>"
            f"<td>{words(checked.point.text)}<ul>{parts}</ul></td></tr>\n"
        )
    yield "</table></section>\n"


def _by(part: Part, gates: Container[str]) -> str:
    """Who says it: what has a row on this page is a link away."""
    kind, _, gate = part.source.partition(" ")
    source = escape(part.source)
    if gate:
        to = gate if gate in gates else "gates"
        return f'<a href="#{escape(to)}">{source}</a>'
    if part.verdict is None or kind == "people":
        return source
    return f'<a href="#{source}">{source}</a>'


# -- gates ---------------------------------------------------------------------------


def _gates(gates: Iterable[GateRun] | None) -> Iterator[str]:
    yield '<section id="gates"><h2>Gates</h2>\n'
    if gates is None:
        yield (
            "<p>The project's own tools weren't run."
            " <code>pyguard audit --run-gates</code> runs them.</p></section>\n"
        )
        return
    yield '<table class="gates">\n'
    for gate in gates:
        yield (
            f'<tr id="{escape(gate.name)}"><td>{badge(gate.verdict)}</td>'
            f"<td><strong>{escape(gate.title)}</strong>"
            f" {words(gate.figure or gate.reason)}{_gate_more(gate)}</td></tr>\n"
        )
    yield "</table></section>\n"


def _gate_more(gate: GateRun) -> str:
    more = ""
    if gate.figure and gate.reason:
        more += f"<p>{words(gate.reason)}</p>"
    if gate.install and gate.verdict is Verdict.NOT_RUN:
        more += f'<p class="command"><kbd>{escape(gate.install)}</kbd></p>'
    if gate.output.strip():
        call = plain(" ".join(gate.command))
        lines = gate.output.rstrip().splitlines()
        shown = "\n".join(printable(line) for line in lines[-_OUTPUT:])
        cut = len(lines) - _OUTPUT
        left_out = f"[{cut:,} lines before]\n" if cut > 0 else ""
        more += (
            f"<details><summary>what it said, in {gate.seconds:.0f} s</summary>"
            f"<pre>$ {call}\n{left_out}{escape(shown)}</pre></details>"
        )
    return more


_OUTPUT = 400  # lines of a gate's output; json keeps more


# -- rules ---------------------------------------------------------------------------


def _rules(told: Told) -> Iterator[str]:
    yield '<section id="rules"><h2>Rules</h2>\n<table class="rules">\n'
    yield (
        "<thead><tr><th>Verdict</th><th>Rule</th><th>Level</th>"
        '<th class="number">Findings</th></tr></thead>\n'
    )
    for row in by_verdict(told.audit, *ORDER):
        yield _rule(row, told)
    yield "</table></section>\n"


def _rule(row: Row, told: Told) -> str:
    rule = row.rule
    name = f"{escape(rule.code)} {escape(rule.name)}"
    if told.handbook_url:
        name = f'<a href="{escape(told.handbook_url + rule.page)}">{name}</a>'
    number = f"{len(row.findings):,}" if row.findings else ""
    return (
        f'<tr id="{escape(rule.code)}"><td>{badge(row.verdict)}</td>'
        f"<td><strong>{name}</strong> {words(rule.summary)}{_rule_more(row)}</td>"
        f'<td>{rule.level}</td><td class="number">{number}</td></tr>\n'
    )


def _rule_more(row: Row) -> str:
    more = f'<p class="reason">{words(row.reason)}</p>' if row.reason else ""
    if row.findings:
        paths: dict[str, int] = {}
        for finding in row.findings:
            paths[finding.path] = paths.get(finding.path, 0) + 1
        most = sorted(paths.items(), key=lambda item: (-item[1], item[0]))
        links = "".join(
            f'<li><a href="#{anchor(path)}">{plain(path)}</a> {n:,}</li>'
            for path, n in most[:_FILES]
        )
        left = len(most) - _FILES
        links += f"<li>and {count(left, 'more file')}</li>" if left > 0 else ""
        files_ = count(len(most), "file")
        more += f"<details><summary>in {files_}</summary><ul>{links}</ul></details>"
    if row.evidence:
        seen = "".join(f"<li>{_where(e)} {words(e.message)}</li>" for e in row.evidence)
        more += f"<details><summary>evidence</summary><ul>{seen}</ul></details>"
    return more


def _where(seen: Evidence) -> str:
    path, span = seen.place
    if path == ".":
        return "in the project:"
    return f"<code>{plain(path)}:{span[0]}</code>"
