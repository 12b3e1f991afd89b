"""What looks like ungrouped tasks and isn't."""

import asyncio
from asyncio import gather


async def charge(order): ...


async def reserve(order): ...


async def grouped(order):
    # The group cancels the sibling and waits for it.
    async with asyncio.TaskGroup() as group:
        paid = group.create_task(charge(order))
        slot = group.create_task(reserve(order))
    return paid.result(), slot.result()


async def failures_asked_for(order):
    # Every failure comes back as a result.
    outcomes = await gather(charge(order), reserve(order), return_exceptions=True)
    return [o for o in outcomes if isinstance(o, BaseException)]


async def options_may_ask(order, **options):
    # What is in `options` can't be seen here.
    await gather(charge(order), reserve(order), **options)


async def one_by_one(orders):
    # Each result stands for itself: PG305's ground.
    for receipt in await gather(*map(charge, orders)):
        receipt.send()


async def single(order):
    # There is no sibling to cancel.
    await asyncio.gather(charge(order))


async def cancelled_by_hand(orders):
    # What a TaskGroup does, done by hand.
    tasks = [asyncio.create_task(charge(order)) for order in orders]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def each_failure_handled(orders, log):
    # A failure ends nothing but its own turn.
    tasks = [asyncio.create_task(charge(order)) for order in orders]
    for task in tasks:
        try:
            await task
        except OSError:
            log.exception("not charged")


async def tasks_of_a_group(orders):
    # The group watches them, whatever is awaited.
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(charge(order)) for order in orders]
        for task in tasks:
            await task


async def never_concurrent(orders):
    # Bare coroutines, not tasks: each starts when it is awaited.
    for coroutine in [charge(order) for order in orders]:
        await coroutine


class Server:
    def start(self):
        # Kept to be awaited or cancelled by another method; its use isn't seen here.
        self.running = asyncio.gather(charge(1), reserve(1))


def gather_files(paths):
    return sorted(paths)


async def another_gather(paths):
    # A function of one's own that happens to end in the same word.
    return gather_files(paths)


async def all_closed(connections):
    # A failed close must not cancel the others, as a group would.
    await asyncio.gather(*(connection.close() for connection in connections))


async def both_stopped(server, worker):
    # The same for two of them.
    await asyncio.gather(server.shutdown(5), worker.stop_all())


async def closed_one_by_one_into_a_list(connections):
    # The same, put in a list before.
    closing = []
    for connection in connections:
        if connection.open:
            closing.append(connection.close())
    await asyncio.gather(*closing)


async def single_task_in_a_list(order):
    # There is no sibling.
    steps = [asyncio.create_task(charge(order))]
    for step in steps:
        await step


async def closed_by_tasks(connections):
    # The same, started as tasks.
    await asyncio.gather(*[asyncio.create_task(c.close()) for c in connections])
