"""Fixes that ruff does not have: one libcst codemod a rule, under its name."""
