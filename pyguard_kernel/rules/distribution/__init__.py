"""Rules of the chapter distribution."""
