"""Each module brings its own class, and everyone catches the base."""


class MirroredError(Exception):
    """Anything."""
