"""Tasks whose exception somebody can see."""

import asyncio
import logging

log = logging.getLogger(__name__)
running = set()


async def refresh(): ...


async def awaited():
    task = asyncio.create_task(refresh())
    await asyncio.sleep(1)
    await task


async def grouped():
    # The group awaits its tasks and raises what they raise.
    async with asyncio.TaskGroup() as group:
        group.create_task(refresh())


async def gathered():
    tasks = []
    for _ in range(3):
        tasks.append(asyncio.create_task(refresh()))
    await asyncio.gather(*tasks)


async def awaited_in_a_loop():
    tasks = [asyncio.create_task(refresh()) for _ in range(3)]
    return [await task for task in tasks]


def report(task):
    if not task.cancelled() and task.exception():
        log.error("refresh failed", exc_info=task.exception())


async def reported():
    # The callback reads the exception.
    task = asyncio.create_task(refresh())
    running.add(task)
    task.add_done_callback(running.discard)
    task.add_done_callback(report)


async def reported_by_a_lambda():
    task = asyncio.create_task(refresh())
    task.add_done_callback(lambda done: log.info("%s", done.exception()))


def handed_back():
    # The caller has it now.
    return asyncio.create_task(refresh())


async def handed_on(supervisor):
    # What the supervisor does with it can't be seen here.
    supervisor.watch(asyncio.create_task(refresh()))


async def result_read():
    task = asyncio.create_task(refresh())
    await asyncio.wait([task], timeout=5)
    return task.result() if task.done() else None


class Service:
    def start(self):
        self._refreshing = asyncio.create_task(refresh())
        self._jobs = {"first": asyncio.create_task(refresh())}
        # Public: other modules may await it.
        self.ready = asyncio.create_task(refresh())
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self):
        # No error gets out of it.
        while True:
            try:
                await refresh()
            except Exception:
                log.exception("refresh failed")

    async def stop(self):
        self._listening.cancel()
        await self._refreshing
        for name, job in self._jobs.items():
            log.info("%s ended: %r", name, await job)
