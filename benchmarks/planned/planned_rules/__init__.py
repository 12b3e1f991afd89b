"""Stands for the rules to come that ruff finds: a plug-in for the benchmarks alone."""
