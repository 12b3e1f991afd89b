"""Importers: the handlers share one tuple by name, the siblings derive from Exception."""


class CatalogueError(Exception):  # <- PG211
    pass


class StockError(Exception):
    def __init__(self, row):
        super().__init__(f"row {row}")


class PricesException(Exception): ...


IMPORT_ERRORS = (CatalogueError, StockError, PricesException)


def import_catalogue(row):
    raise CatalogueError(row)


def import_stock(row):
    raise StockError(row)


def import_price(row):
    raise PricesException(row)


def run(jobs):
    failed = []
    for job in jobs:
        try:
            job()
        except IMPORT_ERRORS:
            failed.append(job)
    return failed
