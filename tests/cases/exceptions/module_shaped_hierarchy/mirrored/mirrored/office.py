"""Runs all machines."""

from mirrored import MirroredError, faxes, prints, scans


def run(page):
    try:
        scans.start(page)
        prints.start(page)
        faxes.start(page)
    except MirroredError:
        return False
    return True
