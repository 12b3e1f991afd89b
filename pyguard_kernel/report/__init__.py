"""Findings as text and data: one file a format."""
