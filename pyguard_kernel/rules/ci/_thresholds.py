"""Coverage thresholds: which calls read one, and where it stands."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.project.tool_settings import number, options, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

# All of these end with an error where the total is below `fail_under`.
_REPORTS = frozenset({"report", "html", "xml", "json", "lcov"})
_FLAG = "--cov-fail-under"


class Threshold(NamedTuple):
    """A threshold in percent, and where it is written."""

    percent: float
    place: Place


def is_pytest(run: Run) -> bool:
    """Whether it runs pytest's tests."""
    asks = run.has("--version", "--help", "-h", "--collect-only", "--co", "--fixtures")
    return run.program in ("pytest", "py.test") and not asks


def is_report(run: Run) -> bool:
    """Whether it totals up coverage."""
    if run.program == "hatch":
        return run.starts("hatch", "test") and run.has("-c", "--cover")
    return run.program == "coverage" and bool(_REPORTS & set(run.words[1:2]))


def threshold(tree: Tree, settings: ToolSettings, run: Run) -> Threshold | None:
    """The threshold that a call fails by, or None."""
    if is_report(run):
        given = run.value("--fail-under")
        by_call = _given(tree, given, run)
        return by_call or _configured(tree, settings, run.value("--rcfile"))
    if not is_pytest(run) or run.has("--no-cov"):
        return None
    added = settings.get("pytest", "addopts")
    always = [*options(added), *_words(run.env("PYTEST_ADDOPTS"))]
    if not measures(run, settings):
        return None
    if by_call := _given(tree, _last(run.words, _FLAG), run):
        return by_call
    by_default = _last(always, _FLAG)
    if by_default is not None and added is not None:
        percent = _percent(by_default)
        return None if percent is None else Threshold(percent, added.place)
    config = run.value("--cov-config") or _last(always, "--cov-config")
    return _configured(tree, settings, config)


def measures(run: Run, settings: ToolSettings) -> bool:
    """Whether a call of pytest measures coverage by itself."""
    always = options(settings.get("pytest", "addopts"))
    words = [*always, *_words(run.env("PYTEST_ADDOPTS")), *run.words]
    return any(word == "--cov" or word.startswith("--cov=") for word in words)


def configured(settings: ToolSettings) -> Node | None:
    """`fail_under` in coverage's own settings, or None."""
    node = settings.get("coverage", "report", "fail_under")
    return node if number(node) else None


def _configured(
    tree: Tree, settings: ToolSettings, path: str | None
) -> Threshold | None:
    node = settings.get("coverage", "report", "fail_under")
    if path and (table := read(tree, "coverage", path.removeprefix("./"))):
        node = table.get("report", "fail_under")
    percent = number(node)
    return Threshold(percent, node.place) if node and percent else None


def _given(tree: Tree, text: str | None, run: Run) -> Threshold | None:
    """A threshold among a call's options: they may stand where it is called from."""
    percent = None if text is None else _percent(text)
    if percent is None:
        return None
    ways = (run.place, *reversed(run.source.via))
    written = (p for p in ways if "fail-under" in _text(tree, p))
    return Threshold(percent, next(written, run.place))


def _text(tree: Tree, place: Place) -> str:
    first, _, last, _ = place.span
    lines = tree.text(place.path).split("\n") if tree.has(place.path) else []
    return "\n".join(lines[first - 1 : last])


def _percent(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        # A variable, whose value isn't known: taken for a good one.
        return 100.0 if "$" in text else None


def _last(words: Sequence[str], flag: str) -> str | None:
    found = None
    for at, word in enumerate(words):
        if word.startswith(flag + "="):
            found = word.partition("=")[2]
        elif word == flag:
            found = "".join(words[at + 1 : at + 2])
    return found


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
