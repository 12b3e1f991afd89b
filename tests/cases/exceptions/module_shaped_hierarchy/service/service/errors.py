"""One class a module."""


class ServiceError(Exception):
    """Anything."""


class OrdersError(ServiceError):  # <- PG211
    """From service.orders."""


class PaymentsError(ServiceError):
    """From service.payments."""


class CustomerError(ServiceError):
    """From service.customers."""


class RateLimitError(ServiceError):
    """Slow down: made for callers, and no member of the family."""
