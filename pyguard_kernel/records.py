"""What is known of one file in a run: plain data, from a worker or from the cache."""

from __future__ import annotations

from pyguard_kernel.model import Edit, Fix
from pyguard_kernel.values import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyguard_kernel.model import Diagnostic

# Known for this run alone: the cache has its own word on these.
_PASSING = {"crashes", "digest", "stamp"}


# [code, line, column, end line, end column, message], lines of the file's text.
type RawFinding = list[Any]


@dataclass(slots=True)
class Examined:
    """What one file gave, in plain data, so that it can be sent and stored.

    `found` holds raw findings; `facts` what each cross-file rule drew; `asked` the
    cross-file rules that were asked, `passed` those that weren't, for want of a word
    in it; `imports` and `noqa` serve the later steps;
    `cells` holds (number, first line) of a notebook's code cells; `module` is the
    name by which the file is imported, after the packages around it; `digest` and
    `stamp` tell which state of the file this is: a hash of its content, and its
    (modification time in ns, size in bytes, inode) from before it was read.
    """

    found: list[RawFinding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    noqa: list[Any] = field(default_factory=list)
    cells: list[tuple[int, int]] = field(default_factory=list)
    lines: int = 0
    crashes: list[str] = field(default_factory=list)
    module: str = ""
    digest: str = ""
    stamp: tuple[int, int, int] = (0, 0, 0)


class Record(Examined):
    """What our pass gave for one file, and in `ruffed` what we kept of ruff's.

    `fresh` says that the cache doesn't hold it, or not all of it. `told` names what the
    file tells other files: as long as that stays, so does what they find by it.
    """

    __slots__ = ("fresh", "ruffed", "told")

    def __init__(self, *, ruffed: list[Any] | None = None, **fields: Any) -> None:
        super().__init__(**fields)
        self.ruffed: list[Any] = ruffed or []
        self.fresh = False
        self.told = ""

    def tell(self) -> str:
        """What names what the file tells other files; `told` if that was found out."""
        if self.told:
            return self.told
        from json import dumps

        from pyguard_kernel.cache import digest_of

        # Where a word decided that it isn't asked, any change may bring that word.
        content = self.digest if self.passed else ""
        parts = (self.module, self.imports, self.facts, sorted(self.asked), content)
        self.told = digest_of(dumps(parts, sort_keys=True))
        return self.told

    @classmethod
    def of(cls, examined: Examined) -> Record:
        """A fresh record of what a worker gave."""
        record = cls(**{name: getattr(examined, name) for name in Examined.__slots__})
        record.fresh = True
        return record

    def plain(self) -> dict[str, Any]:
        """The parts that hold something, as JSON takes them."""
        names = (*Examined.__slots__, "ruffed")
        fields = {name: getattr(self, name) for name in names if name not in _PASSING}
        return {name: value for name, value in fields.items() if value}

    def add_ruff(
        self, code: str, message: str, diagnostic: Diagnostic, mend: Fix | None
    ) -> None:
        """Keep one of ruff's findings as a finding of our rule `code`."""
        fix = plain_fix(mend) if mend else None
        self.ruffed.append([code, message, diagnostic.line, diagnostic.column,
                            diagnostic.end_line, diagnostic.end_column,
                            diagnostic.cell, fix, diagnostic.code])  # fmt: skip

    def cell_at(self, line: int) -> tuple[int | None, int]:
        """The notebook cell that a line of the text is in, and its first line."""
        for number, first in reversed(self.cells):
            if line >= first:
                return number, first
        return None, 1

    def line_of(self, cell: int | None, line: int) -> int:
        """The line of the text that the reader knows as this line of this cell."""
        if not self.cells:
            return line
        first = next((first for number, first in self.cells if number == cell), 1)
        return first + line - 1

    def allowed_at(self) -> dict[int, frozenset[str] | None]:
        """Line of the text -> the codes that its comments allow; None for all."""
        table: dict[int, frozenset[str] | None] = {}
        for line, _, _, codes, _ in self.noqa:
            before = table.get(line, frozenset())
            if codes is None or before is None:
                table[line] = None
            else:
                table[line] = before | set(codes)
        return table


def plain_fix(fix: Fix) -> list[Any]:
    """A fix as plain data; one for another file isn't kept in records."""
    edits = [[e.line, e.column, e.end_line, e.end_column, e.content] for e in fix.edits]
    return [fix.applicability, fix.message, edits]


def fix_of(plain: list[Any] | None) -> Fix | None:
    """A fix as it was before it became plain data."""
    if plain is None:
        return None
    applicability, message, edits = plain
    return Fix(applicability, message, tuple(Edit(*edit) for edit in edits))
