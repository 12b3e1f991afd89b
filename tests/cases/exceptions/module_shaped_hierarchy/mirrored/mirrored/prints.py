"""The module of prints."""

from mirrored import MirroredError


class PrintsError(MirroredError):
    """From prints."""


def start(page):
    raise PrintsError(page)
