"""Puts an engine's first matches into a better order, by comparing their wordings with the words typed."""
