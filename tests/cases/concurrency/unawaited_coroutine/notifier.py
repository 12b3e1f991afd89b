"""Tells customers what became of their orders."""

import asyncio
import contextlib
import functools
from asyncio import sleep as pause
from functools import wraps

import aiohttp
import httpx
from app.decorators import background


async def send(address, text):
    await asyncio.sleep(0)
    return address, text


async def notify(order):
    send(order.address, "on its way")  # <- PG303
    await send(order.address, "delivered")


def notify_from_sync_code(order):
    send(order.address, "on its way")  # <- PG303


async def notify_if_wanted(order):
    send(order.address, "hello") if order.wants_mail else None  # <- PG303
    order.wants_mail and send(order.address, "hello")  # <- PG303


async def notify_all(orders):
    [send(order.address, "hello") for order in orders]  # <- PG303


async def with_clean_up(order):
    try:
        await send(order.address, "hello")
    except OSError:
        with contextlib.suppress(OSError):
            send(order.backup, "hello")  # <- PG303
    finally:
        pause(1)  # <- PG303


async def close(writer: asyncio.StreamWriter):
    writer.write(b"bye")
    writer.drain()  # <- PG303
    writer.close()
    writer.wait_closed()  # <- PG303


async def fill(jobs: asyncio.Queue[str]):
    jobs.put("first")  # <- PG303
    jobs.put_nowait("second")


async def post(url):
    client = httpx.AsyncClient()
    client.post(url)  # <- PG303
    async with aiohttp.ClientSession() as session:
        session.post(url)  # <- PG303
        response = await session.get(url)
        response.release()


def logged(function):
    @wraps(function)
    async def inner(*args):
        return await function(*args)

    return inner


class Outbox:
    def __init__(self):
        self.client = httpx.AsyncClient()

    async def flush(self):
        return await self.client.get("/flush")

    @staticmethod
    async def warm_up():
        await asyncio.sleep(0)

    @classmethod
    async def shared(cls):
        cls.warm_up()  # <- PG303
        return cls()

    async def stop(self):
        self.flush()  # <- PG303
        self.client.aclose()  # <- PG303

    async def __aexit__(self, *exc_info):
        self.flush()  # <- PG303


class UrgentOutbox(Outbox):
    async def flush(self):
        super().flush()  # <- PG303

    async def hurry(self):
        self.warm_up()  # <- PG303


async def use(outbox: Outbox):
    outbox.stop()  # <- PG303
    Outbox().stop()  # <- PG303

    async def retry():
        await outbox.stop()

    retry()  # <- PG303


# -- what must not be found -------------------------------------------------------


async def notify_well(order, tasks, loop):
    await send(order.address, "hello")
    tasks.add(asyncio.create_task(send(order.address, "hello")))  # a task runs it
    await asyncio.gather(send(order.address, "a"), send(order.address, "b"))
    pending = send(order.address, "hello")  # kept, and awaited below
    await pending
    loop.create_task(send(order.address, "hello"))
    order.wants_mail and await send(order.address, "hello")


def main(order):
    asyncio.run(send(order.address, "hello"))  # run to its end


def later(order):
    return send(order.address, "hello")  # the caller awaits it


later_too = lambda order: send(order.address, "hello")  # noqa: E731  (the same)


@background
async def audit(order):
    await asyncio.sleep(1)


async def audited(order):
    audit(order)  # what an unknown decorator makes of a call isn't known


async def pages(order):
    yield order  # an asynchronous generator, no coroutine


async def walk(order):
    pages(order)
    async for page in pages(order):
        print(page)


class Flexible:
    """Subclasses choose whether a flush is asynchronous."""

    async def flush(self):
        return None

    async def tick(self):
        self.flush()  # it may be Immediate's


class Immediate(Flexible):
    def flush(self):
        return None


if asyncio:

    async def either():
        return None

else:

    def either():
        return None


async def ambiguous():
    either()  # one of two


async def plain():
    return None


plain = functools.cache(plain)


async def rebound():
    plain()  # no longer the function above


async def shadowed(send):
    send("address", "hello")  # the caller's own function


async def close_quickly(writer: asyncio.StreamWriter):
    writer.close()  # a plain method
