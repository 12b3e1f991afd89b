"""Answers requests."""

from service import customers, orders, payments
from service.errors import CustomerError, OrdersError, PaymentsError, RateLimitError


def overview(key):
    try:
        return [orders.load(key), payments.load(key), customers.load(key)]
    except RateLimitError:
        return "slow down"
    except (OrdersError, PaymentsError, CustomerError):
        return "failed"
