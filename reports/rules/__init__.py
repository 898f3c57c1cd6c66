"""The rules of the reshuffle, one module each. Pure: plain values in, suggestions with their evidence out.

None of them knows a model or the clock, and none depends on the order its entries come in. What to suggest
is theirs; what was dismissed, put off or accepted before is `reports.proposing`'s.
"""
