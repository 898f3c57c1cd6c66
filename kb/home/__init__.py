"""The desk and what is composed from every room."""
