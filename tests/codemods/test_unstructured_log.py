"""PG212 mended: a constant message, with the values beside it."""

from pathlib import Path

import pytest

from pyguard_kernel import fix

CASES = Path(__file__).parents[1] / "cases" / "exceptions" / "unstructured_log"
LOGGING = "import logging\n\nlog = logging.getLogger(__name__)\n"
STRUCTLOG = "import structlog\n\nlog = structlog.get_logger()\n"


def mend(line: str, head: str = LOGGING) -> str:
    """The line after the head, mended."""
    fixed = fix(f"{head}{line}\n", select=["PG212"], unsafe=True)
    assert fixed.startswith(head)
    return fixed.removeprefix(head).rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'log.info(f"got {n} of {job.total}")',
            'log.info("got %s of %s", n, job.total)',
        ),
        ('log.info(f"{n:.1f}% in {{x}} {m!r}")', 'log.info("%.1f%% in {x} %r", n, m)'),
        ('log.info("got " + str(n) + "%")', 'log.info("got %s%%", n)'),
        ('log.info("got %d of %d" % (n, m))', 'log.info("got %d of %d", n, m)'),
        ('log.info("got {} 5%".format(n))', 'log.info("got %s 5%%", n)'),
        ('log.info("{b} {a}".format(a=n, b=m))', 'log.info("%s %s", m, n)'),
        ('log.log(10, f"got {n}", extra=e)', 'log.log(10, "got %s", n, extra=e)'),
        (
            'log.info(\n    f"got {n}"\n    " at 5%",  # why\n)',
            'log.info(\n    "got %s"\n    " at 5%%", n,  # why\n)',
        ),
    ],
)
def test_logging_gets_arguments(before: str, after: str) -> None:
    assert mend(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'log.info(f"order {order_id} accepted")',
            'log.info("order accepted", order_id=order_id)',
        ),
        (
            'log.info(f"{n} rows from {job.name}", table=t)',
            'log.info("rows from", n=n, name=job.name, table=t)',
        ),
        ('log.error("refused: " + reason)', 'log.error("refused", reason=reason)'),
    ],
)
def test_structlog_gets_fields(before: str, after: str) -> None:
    assert mend(before, STRUCTLOG) == after


@pytest.mark.parametrize(
    "line",
    [
        'log.info(f"got {n=}")',  # the text holds the expression
        'log.info(f"got {n:>{width}}")',  # a width that varies
        'log.info(f"got {n:>8}")',  # % pads otherwise
        'log.info(f"got {n} %s", m)',  # has arguments already
        'log.info("got %s of %s" % pair)',  # a tuple by name
        'log.info("got %(n)s" % values)',  # a mapping by name
        'log.info("got {0.real}".format(n))',  # looks into the value
    ],
)
def test_what_is_not_sure_is_left(line: str) -> None:
    assert mend(line) == line


@pytest.mark.parametrize(
    "line",
    [
        'log.info(f"{len(rows)} rows")',  # the value has no name
        'log.info(f"{n} of {n}")',  # two of one name
        'log.info(f"{event} came")',  # structlog's own name
        'log.info(f"{order_id}")',  # no event is left
    ],
)
def test_structlog_needs_names(line: str) -> None:
    assert mend(line, STRUCTLOG) == line


@pytest.mark.parametrize("path", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
def test_the_cases_are_mended_once(path: Path) -> None:
    once = fix(path.read_text(encoding="utf-8"), path.name, ["PG212"], unsafe=True)
    assert fix(once, path.name, ["PG212"], unsafe=True) == once
