"""Whether a project has anything to compile, so that setuptools is right for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project._requirement import parse

if TYPE_CHECKING:
    from pyguard_kernel.project import Node, Tree

# What compiles: with any of these, setuptools has work that others don't do.
_SOURCES = (
    ".c", ".cc", ".cpp", ".cxx", ".pyx", ".pxd", ".f", ".f90", ".m", ".mm", ".cu",
    ".rs", ".i", ".swg", ".go", "CMakeLists.txt", "meson.build",
)  # fmt: skip
_ASIDE = ("tests/", "test/", "docs/", "doc/", "examples/", "benchmarks/")
_COMPILING = {
    "cython", "cython-plus", "cffi", "pybind11", "nanobind", "setuptools-rust", "numpy",
    "mypy", "mypyc", "setuptools-golang", "swig", "cmake", "scikit-build", "torch",
    "pythran", "pyo3-setuptools", "maturin", "scikit-build-core",
}  # fmt: skip
_EXTENSIONS = ("ext_modules", "cffi_modules", "rust_extensions", "libraries", "**")


def compiles(tree: Tree, build: Node | None) -> str:
    """What there is to compile, in words; empty for pure Python."""
    for path in tree.paths:
        if path.endswith(_SOURCES) and not path.startswith(_ASIDE):
            return f"there is {path}"
    requires = build.get("requires") if build is not None else None
    for node in requires.strings() if requires is not None else ():
        name = parse(node.text, node.place).name
        if name in _COMPILING:
            return f"its build requires {name}"
    if tree.has("setup.py"):
        from pyguard_kernel.project._calls import keywords

        call = keywords(tree.text("setup.py"), "setup.py", "setup")
        for name in _EXTENSIONS:
            if call is not None and call.get(name) is not None:
                more = "more than is written there"
                return f"setup.py has {more if name == '**' else name}"
    return ""
