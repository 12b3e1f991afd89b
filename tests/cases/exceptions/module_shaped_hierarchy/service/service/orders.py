"""The module of orders."""

from service.errors import OrdersError


def load(key):
    raise OrdersError(key)
