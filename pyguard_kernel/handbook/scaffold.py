"""Makes a new rule's files: rule, page and cases, each failing until it is written.

Every text to be written begins with the mark `Write:`; a test refuses it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from pyguard_kernel._version import __version__
from pyguard_kernel.handbook.pages import BOOK, Page, PageError, canonical
from pyguard_kernel.model import CHAPTERS, Level
from pyguard_kernel.registry import all_rules, find_rule
from pyguard_kernel.statements import answered_by

MARK = "Write:"
RULES = Path("pyguard_kernel", "rules")
CASES = Path("tests", "cases")

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE = re.compile(r"PG\d{3,4}")


@dataclass(frozen=True, slots=True)
class New:
    """A rule that is to be: its chapter, its name with dashes, its code."""

    chapter: str
    name: str
    code: str

    @property
    def files(self) -> dict[Path, str]:
        """What to write where, below the root."""
        page = Path(BOOK, self.chapter, f"{self.name}.ipynb")
        module = self.name.replace("-", "_")
        return {
            RULES / self.chapter / f"{module}.py": self._rule(),
            page: self._page(page),
            CASES / self.chapter / module / "example.py": self._cases(),
        }

    def _rule(self) -> str:
        answered = answered_by(self.code)
        levels = [s.level for s in answered if s.level in Level.__members__]
        return _RULE.format(
            code=self.code,
            level=levels[0] if levels else Level.MUST.name,
            statements="".join(f'"{s.number}", ' for s in answered).rstrip(" "),
            since=__version__,
            mark=MARK,
        )

    def _page(self, path: Path) -> str:
        cells = []
        for tag, source in _CELLS:
            text = source.format(
                code=self.code,
                title=self.name.replace("-", " ").capitalize(),
                mark=MARK,
            )
            if tag == "markdown":
                cells.append(nbformat.v4.new_markdown_cell(text))
            else:
                made = nbformat.v4.new_code_cell(text, metadata={"tags": [tag]})
                cells.append(made)
        notebook = nbformat.v4.new_notebook(cells=cells)
        return canonical(Page(path, notebook, self.code, {}))

    def _cases(self) -> str:
        return _CASES.format(code=self.code, mark=MARK)


def scaffold(root: Path, target: str, code: str | None = None) -> list[Path]:
    """Write the files of a new rule `CHAPTER/NAME` below the root; return their paths.

    Without a code the rule gets the first of its chapter past all codes in use.

    Raises:
        PageError: the chapter, name or code can't be used, or a file is there already.
    """
    new = _validated(target, code)
    made = {root / path: text for path, text in new.files.items()}
    for path in made:
        if path.exists():
            raise PageError(f"{path}: is there already; nothing was written")
    if not (root / RULES).is_dir():
        raise PageError(f"{root / RULES}: isn't there; run this in the project's root")
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    chapter = root / RULES / new.chapter / "__init__.py"
    if not chapter.exists():
        words = new.chapter.replace("_", " ")
        chapter.write_text(f'"""Rules of the chapter {words}."""\n', encoding="utf-8")
    return list(made)


def _validated(target: str, code: str | None) -> New:
    chapter, _, name = target.partition("/")
    name = name.replace("_", "-")
    if chapter not in CHAPTERS:
        known = ", ".join(CHAPTERS)
        raise PageError(f"{target}: no chapter {chapter!r}; the chapters are {known}")
    if not _NAME.fullmatch(name):
        raise PageError(
            f"{target}: a name says what is wrong, in lower case with dashes:"
            " exceptions/bare-except"
        )
    code = code or _next_code(chapter)
    if not _CODE.fullmatch(code) or _chapter_of(code) != chapter:
        number = CHAPTERS.index(chapter) + 1
        raise PageError(
            f"{code}: the codes of {chapter} are PG{number}01 to PG{number}99"
        )
    for taken in (find_rule(code), find_rule(name)):
        if taken is not None:
            raise PageError(f"{taken.code} is {taken.chapter}/{taken.name} already")
    return New(chapter, name, code)


def _chapter_of(code: str) -> str | None:
    number = int(code.removeprefix("PG")[:-2])
    return CHAPTERS[number - 1] if 0 < number <= len(CHAPTERS) else None


def unwritten(text: str) -> bool:
    """Whether something that the scaffold left to be written is still in the text."""
    return MARK in text


def _next_code(chapter: str) -> str:
    base = (CHAPTERS.index(chapter) + 1) * 100
    used = [int(rule.code[2:]) for rule in all_rules() if rule.chapter == chapter]
    return f"PG{max([base, *used]) + 1}"


_RULE = '''\
"""{mark} what is wrong, in one line."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.model import Level, Reference, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile


def find(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """{mark} what is found, and what is spared."""
    if file.names.canonical(node.func) == "example.never_called":
        yield node, "{mark} what is wrong here and what to do"


RULE = Rule(
    code="{code}",
    level=Level.{level},
    statements=({statements}),
    summary="{mark} what to do, in one sentence.",
    why="{mark} three to six sentences: the harm, concretely.",
    references=(
        Reference(
            title="{mark} an official page",
            url="https://docs.python.org/3/",
            checked="{mark} the day it was read",
        ),
    ),
    since="{since}",
    detectors=(Tree(nodes=(ast.Call,), find=find),),
    fix="no",
)
'''

_CELLS = (
    ("markdown", "# {title}"),
    ("lesson", 'from pyguard_kernel.handbook import lesson\n\nlesson("{code}")'),
    ("markdown", "## The harm\n\n{mark} what happens, to whom, and why it is hard."),
    ("markdown", "## Bad\n\n{mark} what this cell shows happening."),
    ("bad", 'print("{mark} code that runs and shows the harm")  # <- {code}'),
    ("markdown", "## Good\n\n{mark} the same work done right, free of the harm."),
    ("good", 'print("{mark} the same work, done right")'),
    ("markdown", "## When it does not apply\n\n{mark} honest exceptions."),
    ("markdown", "## Exercise\n\n{mark} what to mend, in a sentence or two."),
    ("exercise", "def answer() -> int:\n    return 41  # {mark} code with the fault"),
    (
        "check",
        '%%grade\nassert answer() == 42, "{mark} a hint for whoever is not there yet"',
    ),
    ("markdown", "## Solution"),
    ("solution", "def answer() -> int:\n    return 42  # {mark} the fault mended"),
)

_CASES = '''\
"""{mark} at least six marked functions, and six that only look alike."""


def marked():
    this_is_found()  # <- {code}


def look_alike():
    this_is_right()
'''
