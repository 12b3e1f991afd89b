"""Orders, which know nothing of how mail works."""

from shop import mail
from shop.mail import Mailbox, deliver, enqueue, later
from shop.mail.transport import deliver as send_now


class OrderBox(Mailbox):
    def archive(self):
        self.close()  # <- PG303
        self.count()


class Desk:
    def __init__(self, box: Mailbox):
        self.box = box
        self.own = Mailbox()

    def evening(self):
        self.box.close()  # <- PG303
        self.own.close()  # <- PG303
        self.own.count()


def accept(order):
    deliver(order.address)  # <- PG303
    send_now(order.address)  # <- PG303
    later(order.address)  # <- PG303
    mail.deliver(order.address)  # <- PG303
    mail.later(order.address)  # <- PG303
    enqueue(order.address)  # a plain function


def refuse(order, deliver):
    deliver(order.address)  # a parameter, not the import
