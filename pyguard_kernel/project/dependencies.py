"""The fact `dependencies`: what the project declares that it needs, and where.

Read from the project's metadata (whatever file has it), dependency groups, the tables
of Poetry, PDM, uv, Rye and Hatch, a Pipfile, and requirements files. What setup.py
computes isn't known, but for the requirements file that it reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyguard_kernel.project._node import Broken
from pyguard_kernel.project._requirement import (
    Requirement,
    canonical,
    from_poetry,
    parse,
)
from pyguard_kernel.project.metadata import SETUP_PY, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.metadata import Metadata
    from pyguard_kernel.project.requirements import Requirements

type Part = Literal["main", "extra", "group", "build", "requirements"]

# Words in the names of extras that aren't for users.
_DEVELOPMENT_WORDS = """
    bench benchmark benchmarking benchmarks build check checks ci commit contributing
    cov cover coverage debug dev devel develop developer development doc docs document
    documentation enabler example examples format formatting lint linter linters
    linting locked mypy nox profile profiling pyright qa quality release ruff style
    test testing tests tox tutorial tutorials ty type typecheck types typing versions
"""
_DEVELOPMENT = frozenset(_DEVELOPMENT_WORDS.split())

_PBR = re.compile(r"\bpbr\s*=\s*True\b")
_NAMED_FILE = re.compile(r"[\"']([\w./-]+\.(?:txt|in))[\"']")
_HOOK = ("metadata", "hooks", "requirements_txt")
_BASE = re.compile(r"(?:^|/)(?:requirements|base|core|default|install|main)\.\w+$")
_NAME = re.compile(r"^name\s*=\s*[\"']([\w.-]+)[\"']", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Dependency:
    """One package that is asked for.

    `part` says by whom: the project itself, an extra or a group (named by `group`), its
    build, or a requirements file (its path is in `group`). `form` is the language that
    the requirement is written in; Poetry has its own, and Pipenv nearly the same.
    """

    requirement: Requirement
    part: Part
    group: str = ""
    form: Literal["standard", "poetry"] = "standard"

    @property
    def development(self) -> bool:
        """Whether only those who work on the project need it, by the extra's name."""
        words = re.split(r"[-_.]", self.group.lower())
        return self.part not in ("main", "extra") or not _DEVELOPMENT.isdisjoint(words)


@dataclass(frozen=True, slots=True)
class Dependencies:
    """All that is declared, in the order of its places.

    `siblings` are packages of the same repository: members of the workspace, paths.
    `includes` maps a dependency group to those that it includes.
    """

    all: tuple[Dependency, ...]
    siblings: frozenset[str] = frozenset()
    includes: Mapping[str, tuple[str, ...]] | None = None

    def of(self, *parts: Part) -> list[Dependency]:
        """Those of these parts."""
        return [dependency for dependency in self.all if dependency.part in parts]

    def in_group(self, name: str) -> list[Dependency]:
        """Those of one dependency group, with the groups that it includes."""
        queue, names = [name], set[str]()
        while queue:
            group = queue.pop()
            if group not in names:
                names.add(group)
                queue += (self.includes or {}).get(group, ())
        return [one for one in self.of("group") if one.group in names]


def fact(
    tree: Tree,
    pyproject: Node | None = None,
    metadata: Metadata | None = None,
    requirements: Requirements | None = None,
) -> Dependencies | None:
    """What is declared anywhere; None where nothing is."""
    reader = _Reader(tree, pyproject, requirements)
    found = list(reader.everything(metadata))
    if not found and metadata is None:
        return None
    siblings = {*reader.siblings(found), *_names_below(tree)}
    own = metadata.name.text if metadata and metadata.name else ""
    if own:
        siblings.add(canonical(own))
    return Dependencies(tuple(found), frozenset(siblings), _includes(pyproject))


class _Reader:
    def __init__(
        self, tree: Tree, pyproject: Node | None, requirements: Requirements | None
    ) -> None:
        self._tree = tree
        self._pyproject = pyproject
        self._requirements = requirements
        self._read: set[str] = set()  # the requirements files that metadata names

    def everything(self, metadata: Metadata | None) -> Iterator[Dependency]:
        if metadata is not None:
            yield from self._main(metadata)
            yield from self._extras(metadata)
            yield from self._groups(metadata)
        yield from self._tools()
        yield from _listed(self._table("build-system", "requires"), "build")
        yield from self._pipfile()
        yield from self._files()

    def siblings(self, found: Iterable[Dependency]) -> Iterator[str]:
        """What comes from the workspace or a path."""
        for name, source in _entries(self._table("tool", "uv", "sources")):
            if source.get("workspace") or source.get("path"):
                yield canonical(name)
        for dependency in found:
            if dependency.requirement.url.startswith((".", "file:")):
                yield dependency.requirement.name

    def _table(self, *way: str) -> Node | None:
        return self._pyproject.get(*way) if self._pyproject else None

    def _main(self, metadata: Metadata) -> Iterator[Dependency]:
        if metadata.form == "project" and "dependencies" in metadata.dynamic:
            yield from self._dynamic("main", "", "dependencies")
        for said in metadata.all:
            node = said.dependencies
            if node is None:
                continue
            if said.form == "poetry":
                yield from _poetry(node, "main", optional=_optional(said))
            elif node.value is None:
                yield from self._computed(node)
            else:
                yield from _listed(node, "main")
            return
        if self._has_pbr():
            yield from self._of_files(["requirements.txt"], "main", "")

    def _extras(self, metadata: Metadata) -> Iterator[Dependency]:
        if metadata.form == "project" and "optional-dependencies" in metadata.dynamic:
            ways = (("setuptools", "dynamic"), ("hatch", *_HOOK))
            found = [self._table("tool", *way, "optional-dependencies") for way in ways]
            for name in dict.fromkeys(name for t in found for name, _ in _entries(t)):
                yield from self._dynamic("extra", name, "optional-dependencies", name)
        for said in metadata.all:
            if said.extras is not None and said.form != "poetry":
                for name, node in _entries(said.extras):
                    # setuptools' older `extra:marker`; without an extra it's no extra.
                    name = name.partition(":")[0].strip()
                    yield from _listed(node, "extra" if name else "main", name)
                return

    def _groups(self, metadata: Metadata) -> Iterator[Dependency]:
        for said in metadata.all:
            if said.form == "poetry":
                for name, group in _entries(said.groups):
                    if table := group.get("dependencies"):
                        part: Part = "main" if name == "main" else "group"
                        yield from _poetry(table, part, name)

    def _tools(self) -> Iterator[Dependency]:
        for name, node in _entries(self._table("dependency-groups")):
            yield from _listed(node, "group", name)
        older = self._table("tool", "poetry", "dev-dependencies")
        yield from _poetry(older, "group", "dev")
        for name, node in _entries(self._table("tool", "pdm", "dev-dependencies")):
            yield from _listed(node, "group", name)
        for tool in ("uv", "rye"):
            yield from _listed(
                self._table("tool", tool, "dev-dependencies"), "group", "dev"
            )
        for name, node in _entries(self._table("tool", "hatch", "envs")):
            for key in ("dependencies", "extra-dependencies"):
                yield from _listed(node.get(key), "group", name)

    def _pipfile(self) -> Iterator[Dependency]:
        if self._tree.has("Pipfile"):
            for document in self._tree.each(["Pipfile"], self._tree.toml):
                yield from _poetry(document.get("packages"), "main")
                yield from _poetry(document.get("dev-packages"), "group", "dev")

    def _files(self) -> Iterator[Dependency]:
        if self._requirements is not None:
            for path, file in self._requirements.files.items():
                if path not in self._read:
                    for line in file.lines:
                        yield Dependency(line.requirement, "requirements", path)

    def _has_pbr(self) -> bool:
        """Whether the build takes what it needs from requirements.txt, unasked."""
        script = self._tree.has(SETUP_PY) and _PBR.search(self._tree.text(SETUP_PY))
        build = _listed(self._table("build-system", "requires"), "build")
        return bool(script) or any(one.requirement.name == "pbr" for one in build)

    # -- metadata that names a requirements file --------------------------------------

    def _dynamic(self, part: Part, group: str, *way: str) -> Iterator[Dependency]:
        """What setuptools' or Hatch's configuration reads from files."""
        found = self._table("tool", "setuptools", "dynamic", *way)
        names = list(texts(found.get("file"))) if found else []
        hook = self._table("tool", "hatch", *_HOOK)
        if hook is not None:
            keys = ("files", "filename") if part == "main" else ()
            names += (name for key in keys for name in texts(hook.get(key)))
            names += texts(hook.get("optional-dependencies", group))
        yield from self._of_files((name.text for name in names), part, group)

    def _computed(self, node: Node) -> Iterator[Dependency]:
        """What setup.py computes, where it names one requirements file, or one base."""
        known = self._requirements.files if self._requirements else {}
        named = set(_NAMED_FILE.findall(self._tree.text(node.path)))
        named = {name.removeprefix("./") for name in named}
        files = [p for p in known if p in named or p.rpartition("/")[2] in named]
        self._read.update(files)
        bases = [p for p in files if _BASE.search(p)]
        if len(files) == 1 or len(bases) == 1:
            yield from self._of_files(bases or files, "main", "")

    def _of_files(
        self, paths: Iterable[str], part: Part, group: str
    ) -> Iterator[Dependency]:
        for path in paths:
            for file in self._requirements.whole(path) if self._requirements else ():
                self._read.add(file.path)
                for line in file.lines:
                    yield Dependency(line.requirement, part, group)


def _entries(table: Node | None) -> Iterator[tuple[str, Node]]:
    if table is not None:
        yield from table.items()


def _listed(node: Node | None, part: Part, group: str = "") -> Iterator[Dependency]:
    for text in texts(node):
        if not text.text.startswith(("#", "file:")):
            yield Dependency(parse(text.text, text.place), part, group)


def _optional(poetry: Metadata) -> dict[str, str]:
    """Poetry's optional dependencies -> the first extra that has each."""
    found: dict[str, str] = {}
    for extra, names in _entries(poetry.extras):
        for name in names.strings():
            found.setdefault(canonical(name.text), extra)
    return found


def _poetry(
    table: Node | None,
    part: Part,
    group: str = "",
    optional: Mapping[str, str] | None = None,
) -> Iterator[Dependency]:
    """A table of names to constraints; a list has one for each environment."""
    for name, node in _entries(table):
        if name == "python":
            continue
        extra = (optional or {}).get(canonical(name))
        for one in [*node.elements()] or [node]:
            requirement = _of_poetry(name, one)
            if extra and _is_true(one.get("optional")):
                yield Dependency(requirement, "extra", extra, "poetry")
            else:
                yield Dependency(requirement, part, group, "poetry")


def _of_poetry(name: str, node: Node) -> Requirement:
    version = node if isinstance(node.value, str) else node.get("version")
    sources = (node.get(key) for key in ("path", "git", "url", "file"))
    source = next((found.text for found in sources if found is not None), "")
    if source and "://" not in source and not source.startswith("."):
        source = f"./{source}"
    marker = node.get("markers")
    return Requirement(
        name=canonical(name),
        written=version.text if version else "",
        place=(version or node).place,
        specifier=from_poetry(version.text) if version else "",
        extras=tuple(e.text for e in texts(node.get("extras"))),
        marker=marker.text if marker else "",
        url=source,
    )


def _is_true(node: Node | None) -> bool:
    return node is not None and node.value is True


def _includes(pyproject: Node | None) -> dict[str, tuple[str, ...]]:
    groups = pyproject.get("dependency-groups") if pyproject else None
    found: dict[str, tuple[str, ...]] = {}
    for name, node in _entries(groups):
        tables = (element.get("include-group") for element in node.elements())
        found[name] = tuple(table.text for table in tables if table is not None)
    return found


def _names_below(tree: Tree) -> Iterator[str]:
    """The names of the other packages in the repository.

    They are looked up in the text: a test's broken example is nobody's finding here.
    """
    for path in tree.matching("*/pyproject.toml"):
        try:
            match = _NAME.search(tree.text(path))
        except Broken:
            continue
        if match:
            yield canonical(match[1])
