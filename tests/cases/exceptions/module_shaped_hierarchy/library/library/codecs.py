"""The module of codecs."""

from library import LibraryError


class CodecsError(LibraryError):
    """From codecs: nobody here catches it, so how callers do isn't known."""


def start(page):
    raise CodecsError(page)
