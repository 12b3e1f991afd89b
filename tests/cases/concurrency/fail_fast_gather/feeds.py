"""A feed reader: each feed stands for itself, and one bad feed loses them all."""

import asyncio
from asyncio import gather as together


async def fetch(url): ...


async def loop_over(urls, store):
    pages = await asyncio.gather(*[fetch(url) for url in urls])  # <- PG305
    for page in pages:
        store.save(page)


async def loop_directly(urls, store):
    for page in await together(*map(fetch, urls)):  # <- PG305
        store.save(page)


async def zipped_with_inputs(urls):
    pages = await asyncio.gather(*[fetch(url) for url in urls])  # <- PG305
    return dict(zip(urls, pages, strict=True))


async def enumerated(urls, store):
    for rank, page in enumerate(await asyncio.gather(*map(fetch, urls))):  # <- PG305
        store.save(rank, page)


async def in_a_comprehension(urls):
    return [page.title for page in await asyncio.gather(*map(fetch, urls))]  # <- PG305


async def mapped(urls, parse):
    tasks = [asyncio.create_task(fetch(url)) for url in urls]
    return list(map(parse, await asyncio.gather(*tasks)))  # <- PG305


async def by_number(urls):
    pages = await asyncio.gather(*map(fetch, urls))  # <- PG305
    found = {}
    for i, url in enumerate(urls):
        found[url] = pages[i]
    return found


async def after_a_count(urls, log):
    log.info("got %d", len(pages := await asyncio.gather(*map(fetch, urls))))  # <- PG305
    for page in pages:
        log.info(page.title)


def from_a_script(urls, store):
    loop = asyncio.new_event_loop()
    work = asyncio.gather(*map(fetch, urls), return_exceptions=False)  # <- PG305
    for page in loop.run_until_complete(work):
        store.save(page)
