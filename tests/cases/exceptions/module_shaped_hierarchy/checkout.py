"""A checkout in one file: one class for each part of it, caught as one."""

import logging

logger = logging.getLogger(__name__)


class ShopError(Exception):
    """Something in the shop went wrong."""


class InventoryError(ShopError):  # <- PG211
    """The inventory failed."""


class BillingError(ShopError):
    """Billing failed."""


class ShippingError(ShopError):
    """Shipping failed."""


class Inventory:
    def reserve(self, order):
        if order.item not in self.stock:
            raise InventoryError(order.item)


class Billing:
    def charge(self, order):
        if not order.paid:
            raise BillingError(order.id)


def book_shipping(order):
    if order.address is None:
        raise ShippingError(order.id)


def check_out(order, inventory, billing):
    try:
        inventory.reserve(order)
        billing.charge(order)
        book_shipping(order)
    except (InventoryError, BillingError, ShippingError):
        logger.exception("checkout_failed")
        return False
    return True


def check_out_later(order, inventory, billing):
    try:
        return check_out(order, inventory, billing)
    except BillingError as error:
        logger.error("failed", exc_info=error)
    except InventoryError as problem:
        logger.error("failed", exc_info=problem)
    except ShippingError as problem:
        logger.error("failed", exc_info=problem)
