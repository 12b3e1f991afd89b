"""Import packages at the repository's root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Evidence, Fault, Level, Project, Reference, Rule, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project import Tree
    from pyguard_kernel.project.packages import Package


def find(tree: Tree, packages: tuple[Package, ...]) -> Iterator[Said]:
    """Packages that Python imports from the checkout because it stands in the root."""
    if tree.has("__init__.py"):
        yield Skip("the repository is itself a package, laid out for its host")
        return
    for package in packages:
        if package.base:
            said = f"`{package.name}` lies in {package.base}/"
            yield Evidence(package.place, said)
            continue
        yield Fault(
            package.place,
            f"`{package.folder}` lies at the root, where Python finds it uninstalled:"
            " tests import the checkout and miss what the built package lacks; move it"
            f" to `src/{package.folder}`",
        )


RULE = Rule(
    code="PG601",
    level=Level.MUST,
    statements=("5.1.2", "6.1.1"),
    summary="Keep import packages in src/, where only an installed one is found.",
    why=(
        "Python puts the current folder first on its import path, so a package at the"
        " root is imported from the checkout whatever is installed. Tests then pass"
        " with a module that the wheel leaves out, or a data file that was never"
        " packed, and the first user finds it. A stale installed copy hides the same"
        " way. With the package in `src/` nothing imports it by accident: what the"
        " tests run is what was built."
    ),
    references=(
        Reference(
            "Python Packaging User Guide: src layout vs flat layout",
            "https://packaging.python.org/en/latest/discussions/src-layout-vs-flat-layout/",
            "2026-11-23",
        ),
        Reference(
            "pytest: Good Integration Practices",
            "https://docs.pytest.org/en/stable/explanation/goodpractices.html",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
)
