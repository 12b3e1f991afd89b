"""Makes a new rule's files: rule, page and cases, each failing until it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from pyguard_kernel._version import __version__
from pyguard_kernel.handbook.pages import BOOK, Page, PageError, canonical
from pyguard_kernel.handbook.shapes import MARK, OF_CODE, OF_PROJECT, RULE, Shape
from pyguard_kernel.model import CHAPTERS, Level
from pyguard_kernel.registry import all_rules, find_rule
from pyguard_kernel.statements import answered_by

RULES = Path("pyguard_kernel", "rules")
CASES = Path("tests", "cases")

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE = re.compile(r"PG\d{3,4}")


@dataclass(frozen=True, slots=True)
class New:
    """A rule that is to be: its chapter, its name with dashes, its code, its shape."""

    chapter: str
    name: str
    code: str
    shape: Shape

    @property
    def files(self) -> dict[Path, str]:
        """What to write where, below the root."""
        page = Path(BOOK, self.chapter, f"{self.name}.ipynb")
        module = self.name.replace("-", "_")
        return {
            RULES / self.chapter / f"{module}.py": self._rule(),
            page: self._page(page),
            CASES / self.chapter / module / self.shape.cases_file: self._cases(),
        }

    def _rule(self) -> str:
        answered = answered_by(self.code)
        levels = [s.level for s in answered if s.level in Level.__members__]
        return (self.shape.head + RULE).format(
            code=self.code,
            level=levels[0] if levels else Level.MUST.name,
            statements="".join(f'"{s.number}", ' for s in answered).rstrip(" "),
            since=__version__,
            detector=self.shape.detector,
            mark=MARK,
        )

    def _page(self, path: Path) -> str:
        cells = []
        for tag, source in self.shape.cells:
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
        return self.shape.cases.format(code=self.code, mark=MARK)


def scaffold(
    root: Path, target: str, code: str | None = None, *, project: bool = False
) -> list[Path]:
    """Write the files of a new rule `CHAPTER/NAME` below the root; return their paths.

    With `project`, it is a rule about a project's files. Without a code it gets the
    first of its chapter past all codes in use.

    Raises:
        PageError: the chapter, name or code can't be used, or a file is there already.
    """
    new = _validated(target, code, OF_PROJECT if project else OF_CODE)
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


def _validated(target: str, code: str | None, shape: Shape) -> New:
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
    return New(chapter, name, code, shape)


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
