"""A cache bounded in bytes."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Keeps what was used lately, in at most so many bytes; a value found costs no lock.

    There are two halves: when the young one is full it becomes the old one, and what was left in that is
    dropped. So whatever is used again before half the memory has been filled with other things stays.
    """

    def __init__(self, most_bytes: int, weigh: Callable[[V], int]) -> None:
        self._half = most_bytes // 2
        self._weigh = weigh
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self._young_bytes = 0
        self._lock = Lock()

    def get(self, key: K, load: Callable[[K], V]) -> V:
        """The value of a key, loaded if need be; only one thread loads at a time."""
        try:
            return self._young[key]
        except KeyError:
            return self._renew(key, load)

    def nbytes(self) -> int:
        """Memory held."""
        with self._lock:
            kept = {**self._old, **self._young}
        return sum(map(self._weigh, kept.values()))

    def _renew(self, key: K, load: Callable[[K], V]) -> V:
        with self._lock:
            if key in self._young:
                return self._young[key]
            value = self._old.pop(key) if key in self._old else load(key)
            weight = self._weigh(value)
            if self._young_bytes + weight > self._half:
                self._old, self._young, self._young_bytes = self._young, {}, 0
            self._young_bytes += weight
            self._young[key] = value
        return value
