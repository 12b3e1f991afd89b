"""One rule for all their codes."""
