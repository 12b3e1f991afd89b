"""A worker that polls a queue service."""

import asyncio
import threading
import time
import time as clock
from time import sleep
from time import sleep as nap


async def poll(queue):
    while not queue.ready():
        time.sleep(0.5)  # <- PG306
    return queue.take()


async def poll_by_another_name(queue):
    clock.sleep(1)  # <- PG306
    sleep(1)  # <- PG306
    nap(2)  # <- PG306


async def back_off(attempts):
    for attempt in range(attempts):
        try:
            return await connect(attempt)
        except OSError:
            time.sleep(2**attempt)  # <- PG306
        finally:
            time.sleep(0)  # <- PG306


async def staggered(delays):
    return [time.sleep(delay) for delay in delays]  # <- PG306


class Worker:
    async def __aexit__(self, *exc_info):
        if not self.drained:
            time.sleep(self.grace)  # <- PG306

    async def ticks(self):
        while True:
            yield clock.monotonic()
            (sleep)(self.period)  # <- PG306


# -- what must not be found -------------------------------------------------------


def poll_in_thread(queue):
    """A thread of its own may sleep."""
    while not queue.ready():
        time.sleep(0.5)


async def start_thread(queue):
    def watch():  # runs in the thread, not on the loop
        time.sleep(5)
        queue.flush()

    threading.Thread(target=watch).start()


async def wait_aside():
    await asyncio.to_thread(time.sleep, 2)  # handed over, not called


async def wait_in_executor(loop):
    await loop.run_in_executor(None, lambda: time.sleep(2))  # runs in the executor


async def wait_well():
    await asyncio.sleep(2)


async def driver_sleeps(driver):
    driver.sleep(3)  # some other sleep


async def measured():
    return time.perf_counter()  # another function of the module


async def own_sleep():
    def sleep(seconds):  # no longer time's
        return seconds

    return sleep(1)
