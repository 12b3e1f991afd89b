"""A library: its exceptions are for others to catch."""


class LibraryError(Exception):
    """Anything."""
