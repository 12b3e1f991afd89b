"""The module of payments."""

from service.errors import PaymentsError


def load(key):
    raise PaymentsError(key)
