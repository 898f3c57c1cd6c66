"""Which category a question belongs to, from its words alone: a hint for the ranker.

A linear support vector machine, one against the rest (scikit-learn's LinearSVC), over the hashed keys of a
wording, weighted by rarity and scaled to length 1. Half a second for 10,500 wordings of 52 categories.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Document
from search.engines.wordings import cut

BUCKETS = 1 << 15
FAMILIES_USED = 3  # what sounds alike belongs to no category
MOST_CATEGORIES = 200
FEWEST_CATEGORIES = 2
SHARPNESS = 4.0


@dataclass(frozen=True, slots=True)
class Classifier:
    """``weights`` (BUCKETS, categories), ``rarity`` (BUCKETS,); ``categories`` are ids, ascending."""

    categories: NDArray[np.int64]
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def guess(self, text: str, categories: Sequence[int]) -> NDArray[np.float32]:
        """How likely each of these categories is, between 0 and 1; 0 for one that was never seen."""
        places = _places(text)
        values = self.rarity[places]
        length = np.sqrt((values * values).sum()) or np.float32(1)
        said = SHARPNESS * (values @ self.weights[places] / length + self.bias)
        powers = np.exp(said - said.max())
        likely = (powers / powers.sum()).astype(np.float32)
        wanted = np.asarray(categories, np.int64)
        at = np.minimum(np.searchsorted(self.categories, wanted), len(self.categories) - 1)
        return np.where(self.categories[at] == wanted, likely[at], np.float32(0))

    def to_bytes(self) -> bytes:
        """Half the precision is enough, and a quarter of the size."""
        content = io.BytesIO()
        np.savez_compressed(
            content,
            categories=self.categories,
            rarity=self.rarity.astype(np.float16),
            weights=self.weights.astype(np.float16),
            bias=self.bias,
        )
        return content.getvalue()

    @classmethod
    def of_bytes(cls, content: bytes) -> "Classifier":
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return cls(
                arrays["categories"],
                arrays["rarity"].astype(np.float32),
                arrays["weights"].astype(np.float32),
                arrays["bias"],
            )


def train(documents: Iterable[Document]) -> Classifier | None:
    """Learn from every wording of these entries; None where they are filed in less than two categories."""
    rows = [
        (document.category, text)
        for document in documents
        if document.category
        for text in (document.question, *document.similar)
    ]
    counts = np.unique([category for category, _ in rows], return_counts=True)
    kept = set(counts[0][np.argsort(-counts[1], kind="stable")][:MOST_CATEGORIES].tolist())
    if len(kept) < FEWEST_CATEGORIES:
        return None
    places = [_places(text) for category, text in rows if category in kept]
    labels = np.array([category for category, _ in rows if category in kept])
    ends = np.cumsum([0, *map(len, places)])
    column = np.concatenate(places)
    held = np.bincount(column, minlength=BUCKETS)
    rarity = (np.log(len(places) / (held + 1.0)) + 1).astype(np.float32)
    values = rarity[column]
    lengths = np.sqrt(np.add.reduceat(np.append(values * values, 0), ends[:-1]) * (np.diff(ends) > 0))
    values = values / np.repeat(np.maximum(lengths, 1e-9), np.diff(ends))
    # 90 MB of libraries that only training needs: every process imports this module.
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    wordings = csr_matrix((values, column, ends), shape=(len(places), BUCKETS))
    machine = LinearSVC(random_state=0).fit(wordings, labels)
    weights, bias = machine.coef_.T.astype(np.float32), machine.intercept_.astype(np.float32)
    if weights.shape[1] == 1:  # two categories share one border
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return Classifier(machine.classes_.astype(np.int64), rarity, np.ascontiguousarray(weights), bias)


def _places(text: str) -> NDArray[np.int64]:
    _, families = cut(text)
    keys = {key % BUCKETS for family in families[:FAMILIES_USED] for key in family}
    return np.array(sorted(keys), np.int64)
