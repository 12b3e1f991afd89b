"""Orders in a database."""

import sqlite3


class Store:
    def __init__(self, path: str) -> None:
        self.path = path

    def count(self) -> int:
        with sqlite3.connect(self.path) as connection:
            return connection.execute("select count(*) from orders").fetchone()[0]

    def name(self) -> str:
        return self.path
