"""Tests of the queue."""

import logging


def test_take(queue):
    print("queue:", queue)  # shown when the test fails
    logging.info(f"queue: {queue}")  # nobody asks the logs of a test
    assert queue.take()
