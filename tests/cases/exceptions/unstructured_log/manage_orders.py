"""A command-line tool: what it prints is its output."""

import argparse
import logging

logger = logging.getLogger(__name__)


def run(orders):
    for order in orders:
        print(f"{order.id}: {order.total}")  # asked for on the command line
    logger.info(f"{len(orders)} orders listed")  # <- PG212


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all")
    return parser.parse_args()
