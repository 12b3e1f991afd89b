"""An order service: what must happen together is gathered or awaited one by one."""

import asyncio
from asyncio import create_task, gather
from asyncio import gather as run_all


async def charge(order): ...


async def reserve(order): ...


async def load(name): ...


async def dropped(order):
    await asyncio.gather(charge(order), reserve(order))  # <- PG201


async def unpacked(order):
    receipt, slot = await gather(charge(order), reserve(order))  # <- PG201
    return receipt, slot


async def handed_back(names):
    return await run_all(*(load(name) for name in names))  # <- PG201


async def combined(names):
    sizes = await asyncio.gather(*map(load, names))  # <- PG201
    return sum(sizes)


async def combined_by_a_generator(names):
    pages = await asyncio.gather(*map(load, names))  # <- PG201
    return sum(len(page) for page in pages)


async def joined(names):
    return "\n".join(await asyncio.gather(*map(load, names)))  # <- PG201


async def indexed(order):
    results = await asyncio.gather(charge(order), reserve(order))  # <- PG201
    return results[0]


async def with_a_limit(order):
    async with asyncio.timeout(5):
        await asyncio.gather(charge(order), reserve(order))  # <- PG201


async def through_wait_for(order):
    both = asyncio.gather(charge(order), reserve(order))  # <- PG201
    await asyncio.wait_for(both, timeout=5)


async def explicitly_fail_fast(order):
    await gather(charge(order), reserve(order), return_exceptions=False)  # <- PG201


async def list_awaited_one_by_one(orders):
    tasks = [asyncio.create_task(charge(order)) for order in orders]
    for task in tasks:
        await task  # <- PG201


async def list_awaited_in_a_comprehension(orders):
    tasks = [create_task(charge(order)) for order in orders]
    return [await task for task in tasks]  # <- PG201


async def list_filled_in_a_loop(orders):
    running = []
    for order in orders:
        task = asyncio.ensure_future(charge(order))
        running.append(task)
    for task in running:
        await task  # <- PG201


async def mapping_of_tasks(orders):
    loop = asyncio.get_running_loop()
    by_order = {order: loop.create_task(charge(order)) for order in orders}
    return {order: await task for order, task in by_order.items()}  # <- PG201


async def literal_list(order):
    paid = asyncio.create_task(charge(order))
    steps = [paid, asyncio.create_task(reserve(order))]
    for step in steps:
        await step  # <- PG201
