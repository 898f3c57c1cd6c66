"""A ranker: a small neural net over the figures of each candidate, served by NumPy alone."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.ranking.features import NAMES

Floats = NDArray[np.floating[Any]]
FACTORY = Path(__file__).parent / "factory.json"
FARTHEST = np.float32(5.0)  # standard deviations; beyond, a figure says no more
ARRAYS = ("mean", "scale", "hidden", "bias", "out", "direct")


class UnreadableModelError(Exception):
    """These are not the weights of a ranker of this version."""


@dataclass(frozen=True, slots=True)
class Model:
    """score = relu(z hidden + bias) out + z direct, for z the figures standardised by mean and scale."""

    version: str
    mean: Floats
    scale: Floats
    hidden: Floats
    bias: Floats
    out: Floats
    direct: Floats

    def standardised(self, figures: Floats) -> Floats:
        z: Floats = np.clip((figures - self.mean) / self.scale, -FARTHEST, FARTHEST)
        return z

    def scores(self, figures: Floats) -> Floats:
        """One score a row; only differences within one query mean anything."""
        z = self.standardised(figures)
        scores: Floats = np.maximum(z @ self.hidden + self.bias, 0) @ self.out + z @ self.direct
        return scores

    def shares(self, figures: Floats) -> Floats:
        """What each figure adds to each score, by the gradient there; the biases are left out."""
        z = self.standardised(figures)
        is_on = (z @ self.hidden + self.bias > 0).astype(np.float32)
        shares: Floats = ((is_on * self.out) @ self.hidden.T + self.direct) * z
        return shares

    def to_json(self) -> dict[str, Any]:
        rounded = {name: np.round(getattr(self, name).astype(float), 4).tolist() for name in ARRAYS}
        return {"version": self.version, "names": list(NAMES), **rounded}

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> "Model":
        """Raises UnreadableModelError when it was trained on other figures than these."""
        try:
            arrays = {name: np.array(stored[name], np.float32) for name in ARRAYS}
            version, names = str(stored["version"]), tuple(stored["names"])
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableModelError("this is not a ranking model") from error
        figures, units = (len(NAMES),), arrays["bias"].shape
        wanted = {"hidden": figures + units, "bias": units, "out": units}
        if names != NAMES or any(array.shape != wanted.get(name, figures) for name, array in arrays.items()):
            raise UnreadableModelError("the ranking model was trained on other figures")
        if not (arrays["scale"] > 0).all() or not all(np.isfinite(array).all() for array in arrays.values()):
            raise UnreadableModelError("the ranking model is not a number")
        return cls(version, **arrays)


@cache
def factory() -> Model:
    """The model every site begins with."""
    return Model.of_json(json.loads(FACTORY.read_text(encoding="utf-8")))
