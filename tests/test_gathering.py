"""The decision table of gather: each row by example, and never two rules for a call."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from pyguard_kernel import check, gathering
from pyguard_kernel.source import SourceFile

CASES = Path(__file__).parent / "cases"
FILES = [
    *CASES.glob("exceptions/ungrouped_tasks/*.py"),
    *CASES.glob("concurrency/fail_fast_gather/*.py"),
]
BOTH = ["PG201", "PG305"]


@pytest.mark.parametrize(
    ("body", "use"),
    [
        ("await gather(a(), b())", "together"),
        ("x, y = await gather(a(), b())", "together"),
        ("[x, *rest] = await gather(a(), b())", "together"),
        ("return await gather(a(), b())", "together"),
        ("return (await gather(a(), b()))[0]", "together"),
        ("total = sum(await gather(a(), b()))", "together"),
        ("save(*await gather(a(), b()))", "together"),
        (
            "found = await gather(a(), b())\nreturn max(f.size for f in found)",
            "together",
        ),
        ("await asyncio.wait_for(gather(a(), b()), 5)", "together"),
        ("for x in await gather(a(), b()): save(x)", "each"),
        ("found = await gather(a(), b())\nreturn [f.size for f in found]", "each"),
        ("return dict(zip(names, await gather(a(), b())))", "each"),
        ("for x in list(await gather(a(), b())): save(x)", "each"),
        ("found = await gather(a(), b())\nreturn [found[i] for i in order]", "each"),
        ("found = await gather(a(), b())\nlog(found)\nfor x in found: save(x)", "each"),
        ("if (found := await gather(a(), b())):\n  for x in found: save(x)", "each"),
        ("await gather(a(), b(), return_exceptions=True)", None),
        ("await gather(a(), b(), return_exceptions=wanted)", None),
        ("await gather(a(), b(), **options)", None),
        ("await gather(a())", None),
        ("await gather()", None),
        ("return gather(a(), b())", None),
        ("self.work = gather(a(), b())", None),
        ("await gather(a.close(), b.close())", None),
        ("await gather(*[c.aclose() for c in all])", None),
        ("for x in await gather(a.close(), b.close()): log(x)", "each"),
        ("try: await gather(*tasks)\nfinally: tasks[0].cancel()", None),
    ],
)
def test_each_row_of_the_table(body: str, use: str | None) -> None:
    head = "import asyncio\nfrom asyncio import gather\nasync def work():\n"
    text = head + textwrap.indent(body, "    ")
    file = SourceFile("work.py", text.encode(), "work")
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    (call,) = [call for call in calls if gathering.is_gather(file, call)]
    assert gathering.use(file, call) == use


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-2] + path.stem)
def test_no_call_is_found_by_both_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    places = [(f.line, f.column) for f in check(text, path.name, select=BOTH)]
    assert len(places) == len(set(places))


def test_the_table_is_read_off_the_module() -> None:
    lines = gathering.table().splitlines()
    assert len(lines) > 5
    assert {line.count("|") for line in lines} == {4}
