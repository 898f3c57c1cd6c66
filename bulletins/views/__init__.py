"""Pages of notices and of bulletins."""
