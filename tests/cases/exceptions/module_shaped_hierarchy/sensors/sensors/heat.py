"""The module of heat."""

from sensors import SensorsBaseError


class HeatError(SensorsBaseError):  # <- PG211
    """From heat."""


def start(page):
    raise HeatError(page)
