"""The lesson behind a page: checks every cell that is run, and grades the exercise."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from pyguard_kernel.file_cells import files_in, names_a_file
from pyguard_kernel.handbook.card import cell_findings, not_checked, rule_card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Finding, Rule

GRADE = "%%grade"
FILES = "%%pyguard"

# Where a cell that stands for files leaves them: path -> text.
FILES_NAME = "files"


def lesson(code: str) -> None:
    """Start the lesson on one rule: show its card, and check each cell run after this.

    A cell that begins with `%%grade` is not checked: it grades the exercise. One that
    begins with `%%pyguard NAME` is checked as a file of this name, and leaves it in
    `files` for the cells after it.

    Raises:
        ValueError: there is no rule with this code or name.
        RuntimeError: called outside IPython.
    """
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    from pyguard_kernel.registry import find_rule

    rule = find_rule(code)
    if rule is None:
        raise ValueError(f"there is no rule {code!r}; `pyguard rule --all` lists them")
    shell: Any = get_ipython()
    if shell is None:
        raise RuntimeError("lesson() works in a notebook; run this cell in Jupyter")
    _start(Lesson(rule, shell))
    display(rule_card(rule))


def _start(started: Lesson) -> None:
    # One lesson at a time: running the page's first cell again starts over.
    global _running
    if _running is not None:
        _running.end()
    _running = started
    started.shell.events.register("post_run_cell", started.after_cell)
    for magic, name in ((started.grade, GRADE), (started.files, FILES)):
        started.shell.register_magic_function(magic, "cell", name.strip("%"))


_running: Lesson | None = None


@dataclass(eq=False)
class Lesson:
    """One rule's lesson in one IPython shell; remembers the cells that were run.

    `cells` maps a cell's id (or the number of the run, where the front end gives no
    id) to its source, the one run last at the end.
    """

    rule: Rule
    shell: Any
    cells: dict[str, str] = field(default_factory=dict)
    _in_first_cell: bool = True
    _runs: Iterator[int] = field(default_factory=count)

    def end(self) -> None:
        """Stop checking."""
        self.shell.events.unregister("post_run_cell", self.after_cell)

    def after_cell(self, result: Any) -> None:
        """Check the cell that was just run and show what was found, under it."""
        from IPython.display import display

        if self._in_first_cell:
            self._in_first_cell = False
            return
        source: str = result.info.raw_cell
        if source.lstrip().startswith(GRADE) or result.error_before_exec:
            return
        # Where the front end gives no id, each run counts as a cell of its own; the
        # number of execution stands still in a run that keeps no history.
        key = result.info.cell_id or f"run {next(self._runs)}"
        self.cells.pop(key, None)
        self.cells[key] = source
        try:
            shown = cell_findings(self.findings(key))
        except Exception as error:  # whatever a detector does, the cell has run
            shown = not_checked(error)
        display(shown)

    def findings(self, key: str) -> tuple[Finding, ...]:
        """The findings in one of the cells, the ones run before it known."""
        from pyguard_kernel.api import check

        keys = list(self.cells)
        number = keys.index(key) + 1
        sources = [self.cells[k] for k in keys[:number]]
        found = check(_notebook(sources), filename="lesson.ipynb")
        return tuple(f for f in found if f.cell == number)

    def files(self, line: str, cell: str) -> None:
        """The cell magic `%%pyguard NAME`: the cell is a file, or `tree`: many files.

        Raises:
            UsageError: it names no file.
        """
        from IPython.core.error import UsageError

        held = files_in(f"{FILES} {line}\n{cell}")
        if held is None:
            raise UsageError(f"name the file: {FILES} pyproject.toml, or {FILES} tree")
        self.shell.user_ns[FILES_NAME] = {p: text for p, (_, text) in held.items()}

    def grade(self, line: str, cell: str) -> None:
        """The cell magic `%%grade [SECONDS]`: run the cell's asserts, say how it went.

        Nothing gets out of it: a failing assert's message is the hint that is printed.
        """
        from pyguard_kernel.handbook.grading import run_asserts

        hint = run_asserts(cell, self.shell.user_ns, seconds=float(line or 10))
        hint = hint or self._still_found(cell)
        print(f"Exercise: not yet - {hint}" if hint else "Exercise: passed")

    def _still_found(self, asserts: str) -> str | None:
        key = self._exercise(asserts)
        findings = self.findings(key) if key else ()
        lines = [str(f.line) for f in findings if f.code == self.rule.code]
        if not lines:
            return None
        where = f"line{'s' * (len(lines) > 1)} {', '.join(lines)}"
        return f"it works, but {self.rule.code} is still found in {where}"

    def _exercise(self, asserts: str) -> str | None:
        """The cell run last that makes a name which the asserts use."""
        used = _names(asserts, ast.Load)
        for key, source in reversed(self.cells.items()):
            if used & self._made_by(source):
                return key
        return None

    def _made_by(self, source: str) -> set[str]:
        """The names that a cell makes."""
        if names_a_file(source):
            return {FILES_NAME}
        return _names(self.shell.transform_cell(source), ast.Store)


def _names(source: str, context: type[ast.expr_context]) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, context):
            names.add(node.id)
        elif context is ast.Store and isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            names.add(node.name)
    return names


def _notebook(sources: list[str]) -> str:
    cells = [
        {"cell_type": "code", "id": str(i), "metadata": {}, "outputs": []}
        | {"execution_count": None, "source": source}
        for i, source in enumerate(sources)
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole)
