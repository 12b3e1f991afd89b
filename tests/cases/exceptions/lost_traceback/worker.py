"""A worker's handlers, and what they leave in the log."""

import asyncio
import logging
import sys
import traceback
from logging import critical as alarm
from typing import Final

import loguru

log = logging.getLogger(__name__)
_SINK: Final = logging.getLogger("sink")


def run(job):
    try:
        job.run()
    except ValueError as error:
        log.error("job failed: %s", error)  # <- PG209


def run_softly(job):
    try:
        job.run()
    except OSError as error:
        log.warning("job failed: %s", error)  # <- PG209


def run_loudly(job):
    try:
        job.run()
    except RuntimeError as error:
        logging.critical("job failed: %s", error)  # <- PG209


def run_in_terminal(job):
    try:
        job.run()
    except RuntimeError as error:
        print(f"job failed: {error}")  # <- PG209


def run_to_stderr(job):
    try:
        job.run()
    except RuntimeError as error:
        print("job failed:", error, file=sys.stderr)  # <- PG209


def by_other_name(job):
    try:
        job.run()
    except RuntimeError as error:
        alarm("job failed: %s", error)  # <- PG209


def in_branches(job):
    try:
        job.run()
    except RuntimeError as error:
        if job.important:
            log.fatal("job failed: %s", error)  # <- PG209
        else:
            log.debug("job failed: %s", error)


def switched_off(job):
    try:
        job.run()
    except RuntimeError as error:
        log.error("job failed: %s", error, exc_info=False)  # <- PG209


def with_loguru(job):
    try:
        job.run()
    except RuntimeError:
        loguru.logger.warning("job failed", exc_info=True)  # <- PG209


def with_constant(job):
    try:
        job.run()
    except RuntimeError as error:
        _SINK.critical("job failed: %s", error)  # <- PG209


def with_adapter(job, out: logging.LoggerAdapter):
    try:
        job.run()
    except RuntimeError as error:
        out.warning("job failed: %s", error)  # <- PG209


class Worker:
    def __init__(self):
        self.logger = logging.getLogger("worker")

    def run(self, job):
        try:
            job.run()
        except RuntimeError as error:
            self.logger.warning("job failed: %s", error)  # <- PG209


def whole(job):
    """The method that keeps it."""
    try:
        job.run()
    except RuntimeError:
        log.exception("job failed")


def whole_by_flag(job):
    """Any level, with exc_info."""
    try:
        job.run()
    except RuntimeError as error:
        log.warning("job failed", exc_info=error)


def goes_on(job):
    """The exception goes on to whoever logs it."""
    try:
        job.run()
    except RuntimeError as error:
        log.error("job failed: %s", error)
        raise


def translated(job):
    """With its cause."""
    try:
        job.run()
    except RuntimeError as error:
        log.error("job failed: %s", error)
        raise SystemError("worker is broken") from error


def kept(job, failures):
    """The exception itself is kept."""
    try:
        job.run()
    except RuntimeError as error:
        log.error("job failed: %s", error)
        failures.append(error)


def both(job):
    """One line for people, the traceback for whoever looks closer."""
    try:
        job.run()
    except RuntimeError as error:
        log.error("job failed: %s", error)
        log.debug("the details", exc_info=True)


def whole_by_loguru(job):
    """loguru's way."""
    try:
        job.run()
    except RuntimeError:
        loguru.logger.opt(exception=True).warning("job failed")


def printed(job):
    """A script's way."""
    try:
        job.run()
    except RuntimeError as error:
        print("job failed:", error)
        traceback.print_exc()


def stopped(job):
    """Ctrl-C is no failure."""
    try:
        job.run()
    except KeyboardInterrupt:
        print("stopped")


def left_the_terminal(job):
    """Nor are Ctrl-D and an empty line for the prompt."""
    try:
        job.run(input())
    except (EOFError, KeyboardInterrupt):
        print("bye")
    except OSError as error:
        print()
        job.failed(error)


def empty_line(job):
    """An empty line tells nothing to lose."""
    try:
        job.run()
    except OSError:
        print()


async def cancelled(job):
    """Nor is a cancelled task."""
    try:
        await job.run()
    except asyncio.CancelledError:
        log.warning("job cancelled")
        return


def optional():
    """A package that isn't there: the traceback would show this line."""
    try:
        import uvloop
    except ImportError:
        log.warning("uvloop isn't installed, the worker is slower")
        return None
    return uvloop


def told_to_leave(job):
    """A command's last words are for its user."""
    try:
        job.run()
    except OSError as error:
        print(f"can't run: {error}", file=sys.stderr)
        sys.exit(2)


def into_a_file(job, report):
    """Written to a report, not to people."""
    try:
        job.run()
    except OSError as error:
        print("failed", error, file=report)


def progress(job):
    """Information isn't an alarm."""
    try:
        job.run()
    except OSError as error:
        log.info("will be tried again: %s", error)


def outside(job):
    """No exception is at hand."""
    if not job.ready:
        log.error("job isn't ready")


def not_a_logger(job, console):
    """Something else that has the method."""
    try:
        job.run()
    except OSError as error:
        console.error(str(error))


def later(job):
    """Runs when the handler is long over."""
    try:
        job.run()
    except OSError:
        job.on_idle(lambda: log.error("still broken"))
