"""Fit a ranker: the softmax over a query's candidates shall be high at the right one (ListNet, one target).

Z. Cao and others: Learning to Rank: From Pairwise Approach to Listwise Approach (2007). Adam after D. Kingma
and J. Ba (2015), with a cosine schedule.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.ranking.features import NAMES
from search.ranking.model import FARTHEST, Floats, Model

Ints = NDArray[np.int64]
UNITS = 24
EPOCHS = 20
BATCH = 64
RATE = 0.005
DECAY = 0.001


@dataclass(frozen=True, slots=True)
class Lesson:
    """One query: the figures of its candidates, and which of them are right."""

    figures: Floats
    right: NDArray[np.bool_]


def fit(
    lessons: Sequence[Lesson],
    version: str,
    *,
    seed: int = 0,
    epochs: int = EPOCHS,
    told: Callable[[int], None] = lambda _percent: None,
) -> Model:
    """Train from scratch; the same lessons and seed give the same model. Raises ValueError without any."""
    lessons = [lesson for lesson in lessons if 0 < lesson.right.sum() < len(lesson.right)]
    if not lessons:
        raise ValueError("There is nothing to learn from.")
    rng = np.random.default_rng(seed)
    figures = np.concatenate([lesson.figures for lesson in lessons])
    right = np.concatenate([lesson.right for lesson in lessons]).astype(np.float32)
    mean, scale = figures.mean(0), figures.std(0) + np.float32(1e-6)
    z = np.clip((figures - mean) / scale, -FARTHEST, FARTHEST).astype(np.float32)
    sizes = np.array([len(lesson.right) for lesson in lessons])
    starts = np.cumsum(sizes) - sizes
    weights = [
        rng.normal(0, len(NAMES) ** -0.5, (len(NAMES), UNITS)).astype(np.float32),
        np.zeros(UNITS, np.float32),
        rng.normal(0, 0.1, UNITS).astype(np.float32),
        np.zeros(len(NAMES), np.float32),
    ]
    moments = [(np.zeros_like(each), np.zeros_like(each)) for each in weights]
    order, step = np.arange(len(sizes)), 0
    for epoch in range(epochs):
        rng.shuffle(order)
        rate = RATE * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
        for begin in range(0, len(order), BATCH):
            chosen = order[begin : begin + BATCH]
            gradients = _gradients(weights, z, right, starts[chosen], sizes[chosen])
            step += 1
            _adam(weights, moments, gradients, rate, step)
        told(100 * (epoch + 1) // epochs)
    hidden, bias, out, direct = weights
    return Model(version, mean.astype(np.float32), scale.astype(np.float32), hidden, bias, out, direct)


def together(models: Sequence[Model], version: str) -> Model:
    """One model whose score is the mean of theirs. Raises ValueError unless they learned from the same."""
    first = models[0]
    if not all(np.array_equal(each.mean, first.mean) for each in models):
        raise ValueError("These models were fitted to different lessons.")
    return Model(
        version,
        first.mean,
        first.scale,
        np.concatenate([each.hidden for each in models], axis=1),
        np.concatenate([each.bias for each in models]),
        np.concatenate([each.out for each in models]) / np.float32(len(models)),
        np.mean([each.direct for each in models], axis=0),
    )


def _gradients(weights: list[Floats], z: Floats, right: Floats, starts: Ints, sizes: Ints) -> list[Floats]:
    """Of the mean cross-entropy over these queries, one for each of the weights."""
    hidden, bias, out, direct = weights
    offsets = np.cumsum(sizes) - sizes
    query = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.arange(sizes.sum()) - offsets[query] + starts[query]
    x, wanted = z[rows], right[rows]
    before = x @ hidden + bias
    after = np.maximum(before, 0)
    scores = after @ out + x @ direct
    powers = np.exp(scores - np.maximum.reduceat(scores, offsets)[query])
    guessed = powers / np.add.reduceat(powers, offsets)[query]
    target = wanted / np.add.reduceat(wanted, offsets)[query]
    error = ((guessed - target) / len(sizes)).astype(np.float32)
    back = np.outer(error, out) * (before > 0)
    return [x.T @ back, back.sum(0), after.T @ error, x.T @ error]


def _adam(
    weights: list[Floats],
    moments: list[tuple[Floats, Floats]],
    gradients: list[Floats],
    rate: float,
    step: int,
) -> None:
    """Change weights and moments in place."""
    for weight, (first, second), gradient in zip(weights, moments, gradients, strict=True):
        decayed = gradient + np.float32(DECAY) * weight
        first += 0.1 * (decayed - first)
        second += 0.001 * (decayed * decayed - second)
        weight -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
