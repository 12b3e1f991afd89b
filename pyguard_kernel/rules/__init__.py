"""One folder a chapter, one file a rule."""
