"""The house's own chapter."""
