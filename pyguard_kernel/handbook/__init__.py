"""The handbook: its pages, their lessons and the build."""

from pyguard_kernel.handbook.lessons import lesson

__all__ = ["lesson"]
