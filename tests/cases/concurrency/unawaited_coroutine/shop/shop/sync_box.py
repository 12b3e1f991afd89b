"""A mailbox without an event loop."""

from shop.mail import Mailbox


class SyncBox(Mailbox):
    def open(self):
        return None


def start():
    box = SyncBox()
    box.open()  # overridden by a plain method
    box.close()  # <- PG303
