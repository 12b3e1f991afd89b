"""The fact `metadata`: what the project says of itself, whatever file says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pyguard_kernel.project._calls import keywords
from pyguard_kernel.project._node import Broken, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._tree import Tree

SETUP_CFG = "setup.cfg"
SETUP_PY = "setup.py"

# With none of these, Poetry's table only sets how Poetry works.
_POETRYS = ("name", "version", "dependencies", "group", "dev-dependencies")

type Form = Literal["project", "poetry", "flit", "setup.cfg", "setup.py"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """One description of the project: name, version, dependencies and so on.

    `form` says where it stands: the standard `[project]` table, Poetry's or flit's own
    table, setup.cfg, or the call in setup.py. `place` is the table's header, or the
    call. Each field is the node as it is written there, None where it isn't said: a
    list of texts, one text of several lines (setup.cfg), or a table (Poetry's
    dependencies, extras, groups); its value is None where setup.py computes it.
    `dynamic` are the fields that the build backend fills in. `others` are further
    descriptions of the same project, such as the setup.py beside a pyproject.toml.
    """

    form: Form
    place: Place
    name: Node | None = None
    version: Node | None = None
    requires_python: Node | None = None
    dependencies: Node | None = None
    extras: Node | None = None
    groups: Node | None = None
    scripts: Node | None = None
    classifiers: Node | None = None
    dynamic: frozenset[str] = frozenset()
    others: tuple[Metadata, ...] = ()

    @property
    def all(self) -> tuple[Metadata, ...]:
        """This description, and the others."""
        return (self, *self.others)


def texts(node: Node | None) -> Iterator[Node]:
    """The texts of a field: a list's elements, or the lines of one text."""
    if node is None or not isinstance(node.value, str):
        yield from node.strings() if node is not None else ()
        return
    for number, line in enumerate(node.value.split("\n")):
        if text := line.strip():
            place = node.line(number)
            yield Node(text, node.path, place.span, None, place.span[0])


def fact(tree: Tree, pyproject: Node | None = None) -> Metadata | None:
    """What the project says of itself; None where nothing does.

    The standard table goes before Poetry's and flit's own, and those before setup.cfg
    and setup.py.

    Raises:
        Broken: setup.cfg or setup.py can't be read, and nothing else says it.
    """
    found = [*_of_pyproject(pyproject)]
    for path, read in ((SETUP_CFG, _of_setup_cfg), (SETUP_PY, _of_setup_py)):
        try:
            found += read(tree)
        except Broken as error:
            if not found:
                raise
            # It is told, and what the other file says holds.
            tree.broken[path] = error
    return replace(found[0], others=tuple(found[1:])) if found else None


def _of_pyproject(pyproject: Node | None) -> Iterator[Metadata]:
    if pyproject is None:
        return
    groups = pyproject.get("dependency-groups")
    project = pyproject.get("project")
    if project is not None:
        dynamic = project.get("dynamic")
        yield Metadata(
            form="project",
            place=project.place,
            name=project.get("name"),
            version=project.get("version"),
            requires_python=project.get("requires-python"),
            dependencies=project.get("dependencies"),
            extras=project.get("optional-dependencies"),
            groups=groups,
            scripts=project.get("scripts"),
            classifiers=project.get("classifiers"),
            dynamic=frozenset(node.value for node in texts(dynamic)),
        )
    poetry = pyproject.get("tool", "poetry")
    if poetry is not None and any(poetry.get(name) for name in _POETRYS):
        yield Metadata(
            form="poetry",
            place=poetry.place,
            name=poetry.get("name"),
            version=poetry.get("version"),
            requires_python=poetry.get("dependencies", "python"),
            dependencies=poetry.get("dependencies"),
            extras=poetry.get("extras"),
            groups=poetry.get("group"),
            scripts=poetry.get("scripts"),
            classifiers=poetry.get("classifiers"),
        )
    flit = pyproject.get("tool", "flit", "metadata")
    if flit is not None:
        yield Metadata(
            form="flit",
            place=flit.place,
            name=flit.get("dist-name") or flit.get("module"),
            requires_python=flit.get("requires-python"),
            dependencies=flit.get("requires"),
            extras=flit.get("requires-extra"),
            groups=groups,
            scripts=pyproject.get("tool", "flit", "scripts"),
            classifiers=flit.get("classifiers"),
            # Both are taken from the module that it packs.
            dynamic=frozenset({"version", "description"}),
        )


def _of_setup_cfg(tree: Tree) -> Iterator[Metadata]:
    if not tree.has(SETUP_CFG):
        return
    document = tree.ini(SETUP_CFG)
    table = document.get("metadata")
    # Without a name it only helps another description: `[metadata] license_files`.
    if table is None or table.get("name") is None:
        return
    options = "options"
    yield Metadata(
        form="setup.cfg",
        place=table.place,
        name=table.get("name"),
        version=table.get("version"),
        requires_python=document.get(options, "python_requires"),
        dependencies=document.get(options, "install_requires"),
        extras=document.get("options.extras_require"),
        scripts=document.get("options.entry_points", "console_scripts"),
        classifiers=table.get("classifiers") or table.get("classifier"),
    )


def _of_setup_py(tree: Tree) -> Iterator[Metadata]:
    if not tree.has(SETUP_PY):
        return
    call = keywords(tree.text(SETUP_PY), SETUP_PY, "setup")
    if call is None or not (call.get("name") or call.get("install_requires")):
        return
    points = call.get("entry_points")
    yield Metadata(
        form="setup.py",
        place=call.place,
        name=call.get("name"),
        version=call.get("version"),
        requires_python=call.get("python_requires"),
        dependencies=call.get("install_requires"),
        extras=call.get("extras_require"),
        scripts=points.get("console_scripts") if points else call.get("scripts"),
        classifiers=call.get("classifiers"),
    )
