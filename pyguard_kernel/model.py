"""The words that everything else is said in: rules, detectors, findings, fixes."""

from __future__ import annotations

from enum import StrEnum

from pyguard_kernel.values import NamedTuple, dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping
    from typing import Any, Literal

    from pyguard_kernel.source import SourceFile


class Level(StrEnum):
    """How binding a rule is, in the source's own words."""

    MUST = "MUST"
    NEVER = "NEVER"
    ALWAYS = "ALWAYS"
    PREFER = "PREFER"


class Verdict(StrEnum):
    """What is known of one rule over one project; silence is never success."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_RUN = "not_run"
    ATTESTED = "attested"
    UNATTESTED = "unattested"
    STALE = "stale"
    ERROR = "error"


CHAPTERS = (
    "type_system",
    "exceptions",
    "concurrency",
    "performance",
    "testing",
    "distribution",
    "security",
    "quality",
    "containers",
    "ci",
    "uploads",
)

PLANNED_RULES = 121

# Files of Python, by the ends of their names.
SUFFIXES = (".py", ".pyi", ".pyw", ".ipynb")

type Applicability = Literal["safe", "unsafe"]
type Fixable = Literal["yes", "some", "no"]

# (line, column, end line, end column), all from 1, columns in characters.
type Span = tuple[int, int, int, int]

# What a detector over a syntax tree yields: where (a node, or a span where no node
# says it), and what is wrong there and what to do, with the names of the code at hand.
type Hit = tuple[ast.AST | Span, str]

# What a join over many files yields: path, where in it, message.
type FarHit = tuple[str, Span, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text from a start (inclusive) to an end (exclusive) by `content`.

    Lines and columns count from 1; columns are characters.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend one finding, proved where they are ours.

    `path` is the file to edit where that isn't the finding's own: a file that is
    missing is made by an edit at its beginning.
    """

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place.

    `path` is as the reader would type it, with forward slashes. In a notebook `cell`
    is the cell's number from 1 among all cells, and lines count within that cell.
    `ruff` is ruff's own code where ruff found it. `url` is the rule's page.
    """

    code: str
    name: str
    level: Level
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None
    fix: Fix | None = None
    url: str = ""
    ruff: str | None = None

    @property
    def place(self) -> tuple[str, int, int, int, str]:
        """The order of findings: path, cell, line, column, code."""
        return self.path, self.cell or 0, self.line, self.column, self.code


@dataclass(frozen=True, slots=True)
class Reference:
    """An official page that backs a rule, and the day (ISO) it was last read."""

    title: str
    url: str
    checked: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What ruff said of one place, in its own words; places are as in Finding."""

    code: str
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None
    fix: Fix | None


@dataclass(frozen=True, slots=True)
class Ruff:
    """Found by ruff, by these of its codes.

    `judge` turns what ruff said into our message, or into None where ruff's code is
    broader than the rule and this place isn't meant. It gets the file for its lines
    and names; parsing happens only if it asks for the tree. Where `fixes` is off,
    ruff's own fix isn't what the rule asks for (T201 deletes a print that should be
    logged), and isn't offered.
    """

    codes: tuple[str, ...]
    judge: Callable[[Diagnostic, SourceFile], str | None]
    fixes: bool = True
    kind: Literal["ruff"] = field(default="ruff", init=False)


@dataclass(frozen=True, slots=True)
class Tree:
    """Found over the syntax tree: `find` is called for each node of the types named.

    A file that holds none of `needles`, or whose text the regular expression `pattern`
    isn't found in, can't have a finding, and isn't parsed for it.
    """

    nodes: tuple[type[ast.AST], ...]
    find: Callable[[Any, SourceFile], Iterable[Hit]]
    needles: tuple[bytes, ...] = ()
    pattern: str = ""
    kind: Literal["ast"] = field(default="ast", init=False)


@dataclass(frozen=True, slots=True)
class CrossFile:
    """Found by joining facts of several files.

    `facts` draws from one file what the join needs: plain data (as JSON holds it), or
    None for nothing. It is asked for files that hold one of `needles` and `pattern`,
    as with Tree (all files, where there are none), and, by the facts of the first
    round, for files that import a name that `wanted` returns or that define one that
    `sought` returns: so a file is parsed only if it can matter. `join` sees the facts
    of all files.
    """

    facts: Callable[[SourceFile], Any]
    join: Callable[[Joined], Iterable[FarHit]]
    needles: tuple[bytes, ...] = ()
    pattern: str = ""
    wanted: Callable[[Mapping[str, Any]], Iterable[str]] | None = None
    sought: Callable[[Mapping[str, Any]], Iterable[str]] | None = None
    kind: Literal["ast"] = field(default="ast", init=False)


class Place(NamedTuple):
    """Where something stands: a path below the project's root, and where in it.

    The path "." is the project's root itself.
    """

    path: str
    span: Span = (1, 1, 1, 1)


ROOT = Place(".")


@dataclass(frozen=True, slots=True)
class Fault:
    """What a project rule finds wrong, and what to do, with the names at hand.

    `absence` says that something isn't there which should be: that is only said where
    the whole project is in sight, not of a single file that is checked alone.
    """

    place: Place
    message: str
    absence: bool = False
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a project rule takes for a good answer, and where it stands."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Why a project rule doesn't apply here: `no image is built in CI`."""

    reason: str


type Said = Fault | Evidence | Skip


@dataclass(frozen=True, slots=True)
class Project:
    """Found over a project's files: `find` is called with the facts that it names.

    Its parameters are names of facts (modules of `pyguard_kernel.project`). A fact
    that is absent makes the rule skipped, unless its parameter defaults to None: then
    the absence may be the finding. What it says may be of all three kinds: faults make
    the rule fail; without any, evidence says why it passed; `Skip` alone, why it
    doesn't apply.
    """

    find: Callable[..., Iterable[Said]]
    kind: Literal["project"] = field(default="project", init=False)


@dataclass(frozen=True, slots=True)
class Attest:
    """Answered by people: no file shows it, so somebody says it and signs.

    `question` can be answered with yes; `evidence` says what to link to; an answer
    holds for `days`. `signals`, called as `Project.find` is, yields what a scan sees
    that helps to answer, as Evidence.
    """

    question: str
    evidence: str
    days: int
    signals: Callable[..., Iterable[Said]] | None = None
    kind: Literal["attest"] = field(default="attest", init=False)


type Detector = Ruff | Tree | CrossFile | Project | Attest


# How many names one name is followed through.
_MOST_NAMES = 100


class Joined:
    """The facts of one rule over all files, and the names that files give each other.

    `facts` maps a path to what the rule drew from it. `modules` maps a module's dotted
    name to its path. `imports` maps a path to what each of its imported names means;
    under "*" it has the modules that are star-imported, separated by spaces.
    """

    def __init__(
        self,
        facts: Mapping[str, Any],
        modules: Mapping[str, str],
        imports: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.facts = facts
        self._modules = modules
        self._imports = imports

    def definition(self, dotted: str, known: Container[str]) -> str | None:
        """The one of the `known` dotted names that a name means, through re-exports."""
        return next((name for name in self._meanings(dotted) if name in known), None)

    def homes(self, dotted: str) -> Iterator[str]:
        """The files of this scan that may define what a dotted name means."""
        for name in self._meanings(dotted):
            module, _, _ = name.rpartition(".")
            while module and module not in self._modules:
                module, _, _ = module.rpartition(".")
            if module:
                yield self._modules[module]

    def _meanings(self, dotted: str) -> Iterator[str]:
        """A name, and the names that it may be another name for."""
        queue, seen = [dotted], set[str]()
        # `from .version import version`, with no version.py in sight, has no end.
        while queue and len(seen) < _MOST_NAMES:
            name = queue.pop()
            if name not in seen:
                seen.add(name)
                yield name
                queue.extend(self._behind(name))

    def _behind(self, dotted: str) -> Iterator[str]:
        """What a name may be another name for, by the imports of its module."""
        module, _, rest = dotted.rpartition(".")
        while module and module not in self._modules:
            module, _, more = module.rpartition(".")
            rest = f"{more}.{rest}"
        table = self._imports.get(self._modules.get(module, ""), {})
        head, dot, tail = rest.partition(".")
        if head in table:
            yield table[head] + dot + tail
        for starred in table.get("*", "").split():
            yield f"{starred}.{rest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it asks, why, and how it is found.

    `name` and `chapter` are left empty in the rule's file: the registry derives them
    from the file's stem and folder. `fix` says whether findings can be mended by
    machine: always, for some, or never.
    """

    code: str
    level: Level
    statements: tuple[str, ...]
    summary: str
    why: str
    references: tuple[Reference, ...]
    since: str
    detectors: tuple[Detector, ...]
    fix: Fixable = "no"
    name: str = ""
    chapter: str = ""

    @property
    def page(self) -> str:
        """The rule's page, relative to the handbook's root."""
        return f"{self.chapter}/{self.name}.html"

    @property
    def kinds(self) -> tuple[str, ...]:
        """How it is found: `ruff`, `ast`, `project`, `attest`; each once, in order."""
        return tuple(dict.fromkeys(d.kind for d in self.detectors))

    @property
    def ruff_codes(self) -> tuple[str, ...]:
        """The codes of ruff that serve it."""
        return tuple(c for d in self.detectors if isinstance(d, Ruff) for c in d.codes)


def is_code_rule(rule: Rule) -> bool:
    """Whether the rule is found in Python code, by ruff or by our own reading."""
    return any(isinstance(d, Ruff | Tree | CrossFile) for d in rule.detectors)
