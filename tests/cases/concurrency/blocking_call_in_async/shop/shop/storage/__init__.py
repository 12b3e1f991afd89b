"""Where orders are kept."""

from .files import load_orders as load
from .files import parse, read_lines
from .store import Store

__all__ = ["Store", "load", "parse", "read_lines"]
