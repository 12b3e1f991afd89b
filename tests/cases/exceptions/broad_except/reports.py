"""Reports from several sources."""

import builtins
import logging
import sys
import traceback

log = logging.getLogger(__name__)


def fetch(source):
    try:
        return source.rows()
    except Exception:  # <- PG208
        return []


def fetch_quietly(source):
    try:
        return source.rows()
    except Exception as error:  # <- PG208
        log.warning("no rows: %s", error)
        return []


def fetch_by_text(source, failures):
    try:
        return source.rows()
    except Exception as error:  # <- PG208
        failures.append(str(error))
        return []


def everything(source):
    try:
        return source.rows()
    except BaseException:  # <- PG208
        return []


def one_among_others(source):
    try:
        return source.rows()
    except (ValueError, Exception):  # <- PG208
        return []


def qualified(source):
    try:
        return source.rows()
    except builtins.Exception:  # <- PG208
        return []


def grouped(run):
    try:
        run()
    except* Exception:  # <- PG208
        return None


def glanced_at(source):
    try:
        return source.rows()
    except Exception as error:  # <- PG208
        if isinstance(error, OSError):
            log.error("away: %s", error)
        return []


def named(source):
    """Names what it can answer."""
    try:
        return source.rows()
    except (OSError, TimeoutError):
        return []


def raised(source):
    """Cleans up and raises again."""
    try:
        return source.rows()
    except Exception:
        source.close()
        raise


def translated(source):
    """Raises its own, with the first as its cause."""
    try:
        return source.rows()
    except Exception as error:
        raise RuntimeError("no report") from error


def unchained(source):
    """Whoever calls hears of it; the missing `from` is another rule's."""
    try:
        return source.rows()
    except Exception:
        if source.closed:
            raise RuntimeError("closed")
        else:
            raise ValueError("no report")


def logged(source):
    """A boundary that logs the traceback."""
    try:
        return source.rows()
    except Exception:
        log.exception("report failed")
        return []


def logged_by_flag(source):
    """The same by exc_info, with the exception itself."""
    try:
        return source.rows()
    except Exception as error:
        log.warning("report failed", exc_info=error)
        return []


def printed(source):
    """A script's way to show the traceback."""
    try:
        return source.rows()
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return []


def set_on_future(future, source):
    """Whoever awaits the future gets the exception whole."""
    try:
        future.set_result(source.rows())
    except BaseException as error:
        future.set_exception(error)


def collected(sources):
    """The caller gets the exceptions themselves."""
    failures = []
    for source in sources:
        try:
            source.rows()
        except Exception as error:
            failures.append((source, error))
    return failures


def last_error(source, attempts):
    """Kept for after the loop."""
    last = None
    for _ in range(attempts):
        try:
            return source.rows()
        except Exception as error:
            last = error
    raise last


def handed_on(source, report):
    """Goes to whoever reports errors."""
    try:
        return source.rows()
    except Exception as error:
        return report(source, error)


def told_by_helper(source):
    """The function called logs the traceback."""
    try:
        return source.rows()
    except Exception:
        note_failure(source)
        return []


def note_failure(source):
    """Logs what is being handled."""
    log.warning("no rows from %s", source, exc_info=True)


class ReportsTest:
    """A test that fails says what it was handling."""

    def test_rows(self):
        try:
            rows = fetch(None)
        except Exception as error:
            self.fail(f"no rows: {error}")
        assert rows == []
