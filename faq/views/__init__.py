"""The pages of the knowledge itself: writing, reviewing, lists, imports."""
