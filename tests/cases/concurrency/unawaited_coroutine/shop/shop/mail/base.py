"""A mailbox."""

from .transport import deliver


class Mailbox:
    async def open(self):
        await deliver("open")

    async def close(self):
        await deliver("close")

    def count(self):
        return 0
