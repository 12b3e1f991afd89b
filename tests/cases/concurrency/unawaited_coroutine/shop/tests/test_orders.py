"""Tests of the orders."""

from shop.mail import deliver


async def test_delivery():
    deliver("ada@example.org")  # <- PG303
