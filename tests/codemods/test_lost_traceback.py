"""PG209 mended: the traceback stays."""

import textwrap

import pytest

from pyguard_kernel import fix

HEAD = "import logging\n\nlog = logging.getLogger(__name__)\n\n"


def mend(line: str, head: str = HEAD) -> str:
    """The statement after `except`, mended."""
    body = textwrap.indent(line, "    ")
    text = f"{head}try:\n    run()\nexcept OSError as e:\n{body}\n"
    fixed = fix(text, select=["PG209"], unsafe=True)
    return textwrap.dedent(fixed.partition(" as e:\n")[2]).rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('log.error("failed: %s", e)', 'log.exception("failed: %s", e)'),
        ('log.warning("failed")', 'log.warning("failed", exc_info=True)'),
        ("log.critical(e,)", "log.critical(e, exc_info=True)"),
        (
            'log.warning("failed", exc_info=False)',
            'log.warning("failed", exc_info=True)',
        ),
        (
            'log.warning(\n    "failed: %s",  # why\n    e,\n)',
            'log.warning(\n    "failed: %s",  # why\n    e,\n    exc_info=True,\n)',
        ),
    ],
)
def test_a_log_call_keeps_the_traceback(before: str, after: str) -> None:
    assert mend(before) == after


def test_structlog_has_a_method_for_it() -> None:
    head = "import structlog\n\nlog = structlog.get_logger()\n\n"
    assert mend('log.error("failed", id=3)', head) == 'log.exception("failed", id=3)'


def test_a_print_is_followed_by_the_traceback() -> None:
    text = 'try:\n    run()\nexcept OSError as e:\n    print("failed", e)  # told\n'
    assert fix(text, select=["PG209"], unsafe=True) == (
        "import traceback\n\n"
        'try:\n    run()\nexcept OSError as e:\n    print("failed", e)  # told\n'
        "    traceback.print_exc()\n"
    )


def test_a_print_inside_an_expression_stays() -> None:
    assert mend("x = print(e)") == "x = print(e)"


def test_loguru_would_take_the_flag_for_a_part_of_the_message() -> None:
    head = "from loguru import logger\n\n"
    assert mend('logger.warning("failed")', head) == 'logger.warning("failed")'


def test_safe_fixes_alone_change_nothing_of_ours() -> None:
    text = f'{HEAD}try:\n    run()\nexcept OSError:\n    log.warning("failed")\n'
    assert fix(text, select=["PG209"]) == text
