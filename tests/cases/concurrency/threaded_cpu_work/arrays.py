"""Arithmetic that may be compiled code."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np


def smoothed(rows: list[np.ndarray]) -> list[np.ndarray]:
    return [row * 0.5 + 1 for row in rows]


def all_smoothed(parts: list[list[np.ndarray]]) -> list[list[np.ndarray]]:
    # NumPy lets other threads run while it computes.
    with ThreadPoolExecutor() as pool:
        return list(pool.map(smoothed, parts))
