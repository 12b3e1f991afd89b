"""Opens boxes of every kind."""

from shop.mail import Mailbox


def open_box(box: Mailbox):
    box.open()  # may be SyncBox's, which is a plain method
