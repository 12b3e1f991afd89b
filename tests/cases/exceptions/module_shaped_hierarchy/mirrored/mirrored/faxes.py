"""The module of faxes."""

from mirrored import MirroredError


class FaxesError(MirroredError):  # <- PG211
    """From faxes."""


def start(page):
    raise FaxesError(page)
