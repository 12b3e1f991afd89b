"""The module of pressure."""

from sensors import SensorsBaseError


class PressureError(SensorsBaseError):
    """From pressure."""


def start(page):
    raise PressureError(page)
