"""The desk and what is composed from every room."""

from kb.home.desk import desk

__all__ = ["desk"]
