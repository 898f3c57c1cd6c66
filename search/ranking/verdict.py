"""What the closest wordings say together: a classifier made for one query, out of its candidates' wordings.

Ridge regression in the space of a kernel (C. Saunders and others, 1998), here the squared cosine: a wording
speaks for its candidate as far as the query is like it and no other wording says the same already. So what
all entries of a template share counts little, and nothing has to be trained: it works on a site's first day.
"""

import numpy as np

from search.ranking.comparison import ALL, CHARACTERS, MEANINGS, PAIRS, TINY, Comparison, Floats, Ints

CLOSEST = 64
RIDGE = 0.1
COLUMNS = 1 << 10  # keys share them; half of the keys count as negative, so that what they share cancels out
NEGATIVE = np.uint32(1 << 20)
COMPARED = np.array([PAIRS, CHARACTERS, MEANINGS])


def verdict(compared: Comparison) -> Floats:
    """One figure for each candidate: about 1 where the closest wordings all speak for it, else about 0."""
    alike = _alike(compared)
    chosen = _closest(alike)
    rows = _rows(compared, chosen)
    kernel = rows @ rows.T
    lengths = np.sqrt(np.diagonal(kernel) + TINY)
    kernel = (kernel / lengths / lengths[:, None]) ** 2
    kernel[np.diag_indices(len(chosen))] += np.float32(RIDGE)
    weights = np.linalg.solve(kernel, alike[chosen] ** 2)
    said: Floats = np.bincount(compared.owner[chosen], weights, compared.candidates).astype(np.float32)
    return said


def _alike(compared: Comparison) -> Floats:
    """The cosine of each wording with the query; rarity is the square of what a key weighs."""
    common = compared.coverage[:, COMPARED] @ compared.asked[COMPARED]
    both: Floats = compared.whole[:, COMPARED].sum(1) * compared.asked[COMPARED].sum()
    cosine: Floats = common / np.sqrt(both + TINY)
    return cosine


def _closest(alike: Floats) -> Ints:
    """At most CLOSEST wordings; of equals that are too many none, lest one of two equal entries gains."""
    if len(alike) <= CLOSEST:
        return np.flatnonzero(alike > 0)
    last = np.partition(alike, -CLOSEST - 1)[-CLOSEST - 1]
    return np.flatnonzero(alike > last)


def _rows(compared: Comparison, chosen: Ints) -> Floats:
    """The keys of these wordings by rarity, one row for each."""
    row = np.full((len(compared.owner), ALL), -1)
    row[np.ix_(chosen, COMPARED)] = np.arange(len(chosen))[:, None]
    of_key = row.take(compared.cell)
    used = np.flatnonzero(of_key >= 0)
    keys = compared.keys[used]
    weights = np.sqrt(compared.rarity[used])
    signed = np.where(keys & NEGATIVE, -weights, weights)
    rows: Floats = np.zeros((len(chosen), COLUMNS), np.float32)
    np.add.at(rows.reshape(-1), of_key[used] * COLUMNS + (keys & np.uint32(COLUMNS - 1)), signed)
    return rows
