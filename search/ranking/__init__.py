"""Puts the first matches of an engine into a better order: how their wordings compare with the words typed."""
