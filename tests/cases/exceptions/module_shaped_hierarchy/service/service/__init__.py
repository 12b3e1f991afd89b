"""A service with one file of exceptions, one for each module."""
