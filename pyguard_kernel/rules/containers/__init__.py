"""Rules of the chapter containers."""
