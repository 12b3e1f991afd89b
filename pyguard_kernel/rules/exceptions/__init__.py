"""Exceptions: PG201 to PG212."""
