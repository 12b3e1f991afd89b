"""A plug-in as a team would write it: one folder a chapter, one file a rule."""
