"""Mail."""

from shop.mail.base import Mailbox as Mailbox
from shop.mail.transport import *
from shop.mail.transport import deliver_later as later
