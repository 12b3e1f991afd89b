"""Which files are the project itself, and no test, example, template or loan."""

from __future__ import annotations

_SPARED = frozenset({
    "test", "tests", "testing", "testdata", "test_data", "fixture", "fixtures",
    "mocks", "e2e", "example", "examples", "sample", "samples", "demo", "demos",
    "tutorial", "tutorials", "snippets", "doc", "docs", "documentation", "book",
    "template", "templates", "project_template", "skeleton", "cookiecutter",
    "scaffold", "vendor", "vendored", "_vendor", "third_party", "thirdparty",
    "external", "extern", "subprojects", "node_modules", "site-packages",
    "benchmark", "benchmarks",
})  # fmt: skip


def is_own(path: str) -> bool:
    """Whether a file belongs to what the project is and ships, by where it lies.

    A name like `{{ cookiecutter.name }}` is a template's.
    """
    folders = path.lower().split("/")[:-1]
    return "{{" not in path and _SPARED.isdisjoint(folders)
