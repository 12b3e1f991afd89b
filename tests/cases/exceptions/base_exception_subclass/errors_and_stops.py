"""A job runner's own exceptions, and its stops."""

import asyncio
import builtins
from builtins import BaseException as Root

Base = BaseException


class JobFailed(BaseException):  # <- PG210
    """Raised when a job's command ends with an error."""


class QuotaExceeded(builtins.BaseException):  # <- PG210
    """The tenant has used up its hours."""


class BadManifest(Root):  # <- PG210
    """The manifest doesn't parse."""


class MissingArtifact(Base):  # <- PG210
    """Re-bound names lead there too."""


class JobTimedOut(JobFailed):  # <- PG210
    """By a chain."""


class Loggable:
    """A mix-in without a root of its own."""

    def as_fields(self):
        return {"error": str(self)}


class UploadFailed(Loggable, BaseException):  # <- PG210
    """A mix-in changes nothing."""


class ManyFailed(BaseExceptionGroup):  # <- PG210
    """A group that no `except Exception` sees."""


def plugin_error(name):
    class PluginError(BaseException):  # <- PG210
        """Made in a function, raised everywhere."""

    return PluginError(name)


class ConfigError(Exception):
    """The right root."""


class PortTaken(OSError):
    """A built-in error is an Exception."""


class Shutdown(SystemExit):
    """Asks the interpreter to end: that is what SystemExit is for."""


class OperatorStop(KeyboardInterrupt):
    """A second way to press Ctrl-C."""


class Superseded(asyncio.CancelledError):
    """A cancellation with a reason: it must not be taken for an error."""


class Batch(ExceptionGroup):
    """ExceptionGroup is an Exception."""


class StrictConfigError(UploadFailed, ConfigError):
    """An Exception after all, by its second base."""


class HasException:
    """Not an exception at all: it only keeps one."""

    kind = BaseException


def handle(error: BaseException) -> str:
    """Naming it in an annotation derives nothing."""
    return type(error).__name__


class Retry(BaseException):  # <- PG210
    """Defined again below."""


class RetrySoon(Retry):  # <- PG210
    """Of the first one."""


class Retry(Exception):
    """The one that the module exports."""


class RetryLater(Retry):
    """Of the second one."""
