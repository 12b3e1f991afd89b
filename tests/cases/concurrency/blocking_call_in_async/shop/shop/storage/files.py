"""Orders in files."""

from collections.abc import Iterator
from functools import cache

import requests


def load_orders(path: str) -> str:
    with open(path) as file:
        return file.read()


def parse(text: str) -> list[str]:
    return text.split()


def read_lines(path: str) -> Iterator[str]:
    with open(path) as file:
        yield from file


@cache
def rates() -> dict[str, float]:
    return requests.get("https://rates.example").json()
