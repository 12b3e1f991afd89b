"""The module of scans."""

from mirrored import MirroredError


class ScanError(MirroredError):
    """From scans."""


def start(page):
    raise ScanError(page)
