"""Spikes: what is asked far more often than at this hour of this weekday (product.md §6)."""
