"""Tests of the mailbox, some with a stand-in."""

from unittest.mock import Mock

from shop.mail import Mailbox


async def test_stand_in():
    box = Mailbox()
    box.open = Mock()
    box.open()  # the stand-in is a plain function


async def test_close():
    Mailbox().close()  # <- PG303
