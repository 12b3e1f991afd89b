"""The module of humidity."""

from sensors import SensorsBaseError


class HumidityError(SensorsBaseError):
    """From humidity."""


def start(page):
    raise HumidityError(page)
