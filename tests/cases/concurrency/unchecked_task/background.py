"""A service with background work that nobody watches."""

import asyncio
import signal
from asyncio import create_task as spawn

from home import Home

background = set()


async def refresh(): ...


async def dropped():
    asyncio.create_task(refresh())  # <- PG304


async def dropped_by_another_name():
    spawn(refresh())  # <- PG304


async def dropped_by_the_loop():
    asyncio.get_running_loop().create_task(refresh())  # <- PG304


async def dropped_future():
    asyncio.ensure_future(refresh())  # <- PG304


async def given_a_name_alone():
    task = asyncio.create_task(refresh())  # <- PG304
    await asyncio.sleep(60)


async def recipe_of_the_documentation():
    # Alive until it ends, but the exception is read by nobody.
    task = asyncio.create_task(refresh())  # <- PG304
    background.add(task)
    task.add_done_callback(background.discard)


async def only_cancelled():
    task = asyncio.create_task(refresh(), name="refresh")  # <- PG304
    try:
        await asyncio.sleep(60)
    finally:
        task.cancel()


async def only_counted():
    tasks = [asyncio.create_task(refresh()) for _ in range(3)]  # <- PG304
    while not all(task.done() for task in tasks):
        await asyncio.sleep(1)


async def callback_that_does_not_look():
    task = asyncio.create_task(refresh())  # <- PG304
    ended = asyncio.Event()
    task.add_done_callback(lambda _: ended.set())
    await ended.wait()


def reload_on_a_signal(loop: asyncio.AbstractEventLoop):
    loop.add_signal_handler(signal.SIGHUP, lambda: asyncio.create_task(refresh()))  # <- PG304


class Service:
    def __init__(self):
        self._refreshing = None
        self._jobs = {}

    async def start(self):
        self._refreshing = asyncio.create_task(refresh())  # <- PG304

    def start_job(self, name):
        if name not in self._jobs:
            self._jobs[name] = asyncio.create_task(refresh())  # <- PG304

    def _forget(self, task):
        self._jobs.clear()

    def start_and_forget(self):
        task = asyncio.create_task(refresh())  # <- PG304
        task.add_done_callback(self._forget)

    def stop(self):
        if self._refreshing is not None:
            self._refreshing.cancel()
        for job in self._jobs.values():
            job.cancel()


async def dropped_by_the_loop_of_another_object(home: Home):
    home.loop.create_task(refresh())  # <- PG304
