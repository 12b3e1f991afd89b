"""Concurrency: PG301 to PG310."""
