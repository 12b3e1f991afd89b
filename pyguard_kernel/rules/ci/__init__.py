"""Rules of the chapter ci."""
