"""The inner loops of a search, compiled by Numba when this module is imported.

Some eighty terms a question are eighty small steps: started one by one from Python, each costs more than what
it does. The machine code is kept where NUMBA_CACHE_DIR says, so only the first process on a machine compiles
(some seconds). None of these functions looks at a bound: whoever calls says what holds.
"""

import heapq
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numba import carray, config, njit, types  # type: ignore[attr-defined]
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from search.engines.base import Reading

Function = TypeVar("Function", bound=Callable[..., Any])
Uints = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Codes = NDArray[np.uint32]
Runs = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int32]
Held = tuple[Uints, Places, Ints, Places, Floats]
logger = logging.getLogger(__name__)


def _array(of: Any) -> Any:
    """One dimension without gaps, also where it lies in bytes that nobody may write to."""
    return types.Array(of, 1, "C", readonly=True)


def _written(of: Any, dimensions: int = 1) -> Any:
    return types.Array(of, dimensions, "C")


UINTS, INTS, MASK = _array(types.uint64), _array(types.int64), _array(types.boolean)
CODES, RUNS, SUMS = _array(types.uint32), _array(types.float64), _written(types.float32, 2)
END = 1  # the character that every text ends with, so that none is empty, and its length counts
FIELD_BITS, FIELD_SHIFT = np.uint64(2), np.uint64(62)
WORDS, ANSWER = int(Reading.WORDS), int(Reading.ANSWER)
SHIFT, SIZE = 10, 11  # behind the addresses and lengths of five arrays
PLACE, ID, MOST, TOLD = range(4)
STOP, FIELD, READING, WEIGHT, FIGURES = range(5)
"""What ``runs`` say of each run of terms, FIGURES numbers a run: before which term it ends, its field, as
what it was read, what it weighs."""


def _compiled(*signatures: Any) -> Callable[[Function], Function]:
    """What is kept of a function and cannot be read is made anew; without a place to keep it, each time."""

    def compiled(function: Function) -> Function:
        made: Any
        try:
            made = njit([*signatures], nogil=True, cache=True)(function)
        except Exception as error:
            logger.warning("%s is compiled anew: %s", function.__name__, error)
            try:
                module = Path(function.__code__.co_filename).stem
                for path in Path(vars(config)["CACHE_DIR"]).glob(f"*/{module}.{function.__name__}-*.nb?"):
                    path.unlink()
                made = njit([*signatures], nogil=True, cache=True)(function)
            except Exception as again:
                logger.warning("%s is not kept: %s", function.__name__, again)
                made = njit([*signatures], nogil=True)(function)
        typed: Function = made
        return typed

    return compiled


@njit(nogil=True)
def _count(runs: Runs) -> int:
    return int(runs[len(runs) - FIGURES + STOP]) if len(runs) else 0


@njit(nogil=True)
def _hash(codes: Codes, mark: int, runs: Runs, keys: Uints) -> None:
    count, run = 0, 0
    hashed, place = np.uint64(0), np.uint64(1)
    for code in codes:
        if count == len(keys):
            break
        hashed += np.uint64(END if code == mark else code) * _multiplier(place)
        place += np.uint64(1)
        if code == mark:
            while count >= runs[run + STOP] and run + FIGURES < len(runs):
                run += FIGURES
            keys[count] = (hashed >> FIELD_BITS) | (np.uint64(runs[run + FIELD]) << FIELD_SHIFT)
            hashed, place = np.uint64(0), np.uint64(1)
            count += 1


@njit(nogil=True)
def _keys(codes: Codes, mark: int, runs: Runs, terms: Runs) -> Uints:
    """The keys of all texts, in order in each run of terms: so a sum does not depend on the order typed."""
    keys = np.empty(_count(runs), np.uint64)
    _hash(codes, mark, runs, keys)
    first = 0
    for run in range(0, len(terms), FIGURES):
        stop = int(terms[run + STOP])
        keys[first:stop].sort()
        first = stop
    return keys


@njit(nogil=True)
def _multiplier(place: np.uint64) -> np.uint64:
    """An odd number for each place of a text, the same for ever (splitmix64)."""
    number = place * np.uint64(0x9E3779B97F4A7C15)
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (number ^ (number >> np.uint64(31))) | np.uint64(1)


def _to_pointer(_context: Any, _address: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), generate


_pointer: Any = intrinsic(_to_pointer)


@njit(nogil=True)
def _held(lists: Ints) -> Held:
    """The keys, begins, bounds, places and scores that ``lists`` say the addresses and lengths of."""
    return (
        carray(_pointer(lists[0]), lists[1], np.uint64),
        carray(_pointer(lists[2]), lists[3], np.int32),
        carray(_pointer(lists[4]), lists[5], np.int64),
        carray(_pointer(lists[6]), lists[7], np.int32),
        carray(_pointer(lists[8]), lists[9], np.float32),
    )


@njit(nogil=True)
def _find(asked: Uints, count: int, shift: np.uint64, held: Held) -> tuple[Ints, Ints, np.float32]:
    """Where the lists of so many keys begin and end. The memory fetches for all keys of a step at once."""
    keys, begins, bounds, places, scores = held
    at = np.empty(count, np.int64)
    ends = np.empty(count, np.int64)
    for number in range(count):
        at[number] = begins[asked[number] >> shift]
    for number in range(count):
        while keys[at[number]] < asked[number]:
            at[number] += 1
    for number in range(count):
        is_there = keys[at[number]] == asked[number]
        ends[number] = bounds[at[number] + is_there]
        at[number] = bounds[at[number]]
    touched = np.float32(0)
    for number in range(count):
        if at[number] < ends[number]:
            touched += scores[at[number]] + places[at[number]]
    return at, ends, touched  # or it would not be touched


@njit(nogil=True)
def _add(keys: Uints, runs: Runs, lists: Ints, sums: Floats, start: int) -> None:
    """Add what the terms of these runs bring the documents of one set of lists, the first at ``start``."""
    held = _held(lists)
    _, _, _, places, scores = held
    at, ends, _ = _find(keys, _count(runs), np.uint64(lists[SHIFT]), held)
    first = 0
    for run in range(0, len(runs), FIGURES):
        row, weight = sums[int(runs[run + READING])], np.float32(runs[run + WEIGHT])
        stop = int(runs[run + STOP])
        for number in range(first, stop):
            for posting in range(at[number], ends[number]):
                row[start + places[posting]] += weight * scores[posting]
        first = stop


@njit(nogil=True)
def _sum_up(readings: Ints, sums: Floats) -> None:
    """The sum of each document over these readings into the last row."""
    totals = sums[-1]
    totals[:] = 0
    for reading in readings:
        row = sums[reading]
        for place in range(len(totals)):
            totals[place] += row[place]


@njit(nogil=True)
def _choose(totals: Floats, allowed: Mask, ids: Ints, best: Ints) -> int:
    heap: Any = [(np.float32(0), np.int64(0), np.int64(0)) for _ in range(0)]  # empty, and typed
    least = np.float32(0)  # that can come among the best; of equal ones the id decides
    for place in range(len(totals)):
        total = totals[place]
        if total > 0 and total >= least and allowed[place]:
            if len(heap) < len(best):
                heapq.heappush(heap, (total, -ids[place], place))
            elif len(heap):
                heapq.heappushpop(heap, (total, -ids[place], place))
            if len(heap) == len(best) and len(heap):
                least = heap[0][0]
    count = len(heap)
    for number in range(count):
        best[count - 1 - number] = heapq.heappop(heap)[2]
    return count


@njit(nogil=True)
def _most(shares: Floats) -> int:
    found = WORDS
    most = np.float64(shares[WORDS]) + np.float64(shares[ANSWER])
    for reading in range(WORDS + 1, ANSWER):
        if shares[reading] > most:
            found, most = reading, np.float64(shares[reading])
    return found


@njit(nogil=True)
def _is_any(asked: Uints, address: int, count: int) -> bool:
    """Whether one of them is among so many keys at an address."""
    keys = carray(_pointer(address), count, np.uint64)
    return bool((keys[np.searchsorted(keys, asked)] == asked).any())


@_compiled(types.void(CODES, types.int64, RUNS, _written(types.uint64)))
def hash_texts(codes: Codes, mark: int, runs: Runs, keys: Uints) -> None:
    """Into ``keys`` those of the texts that stand in ``codes``, each with a mark behind it: see ``keys``."""
    _hash(codes, mark, runs, keys)


@_compiled(
    types.Tuple([types.int64, types.boolean])(  # type: ignore[no-untyped-call]
        *(CODES, types.int64, RUNS, types.int64),
        *(INTS, INTS, INTS, MASK, INTS),
        *(SUMS, _written(types.int64, 2), _written(types.float32, 2)),
    )
)
def search_lists(
    codes: Codes,
    mark: int,
    runs: Runs,
    scored_runs: int,
    lists: Ints,
    later_lists: Ints,
    listed: Ints,
    allowed: Mask,
    ids: Ints,
    sums: Floats,
    best: Ints,
    brought: Floats,
) -> tuple[int, bool]:
    """How many of the documents allowed that any of these terms matches are among the best, which it tells.

    No more than ``best`` and ``brought`` have room for.

    The terms are those of the first ``scored_runs`` runs. And whether any other text's key is ``listed``.

    ``lists`` and ``later_lists`` are what ``addresses`` tells of their keys, which ascend to one above all
    others; of ``begins``, which say for a key's first bits where one that begins like it can first stand; of
    bounds, one more than keys, places and scores, as far as the last bound. Behind them stands by how much to
    shift for those first bits, and how many documents there are: those of the later lists come behind the
    others. ``listed`` is the same of two arrays of keys.

    What terms bring goes into ``sums``, a row for each reading, of which only those are written that there
    are; the sum of each document into its last row. The rows of ``best`` tell of the best PLACE, ID and MOST:
    their places, the best first, equal ones by id, these ids, and as what they were found most, see
    ``Reading.most``. Into the rows of ``brought``, one for each of them, goes what ``sums`` say of it.
    """
    terms = runs[: scored_runs * FIGURES]
    keys = _keys(codes, mark, runs, terms)
    readings = np.unique(terms[READING::FIGURES]).astype(np.int64)
    for reading in readings:
        sums[reading] = 0
    _add(keys, terms, lists, sums, 0)
    _add(keys, terms, later_lists, sums, lists[SIZE])
    _sum_up(readings, sums)
    count = _choose(sums[-1], allowed, ids, best[PLACE])
    brought[:count] = 0
    for number in range(count):
        place = best[PLACE, number]
        for reading in readings:
            brought[number, reading] = sums[reading, place]
        brought[number, -1] = sums[-1, place]
        best[ID, number] = ids[place]
        best[MOST, number] = _most(brought[number])
    others = keys[_count(terms) :]
    return count, _is_any(others, listed[0], listed[1]) or _is_any(others, listed[2], listed[3])


def addresses(*arrays: NDArray[Any]) -> list[int]:
    """Of each array its address and length; whoever passes them on keeps the arrays.

    To hand many arrays over as one saves a tenth of a search. Raises ValueError where one has gaps, or lies
    where no number of its kind may begin.
    """
    if not all(array.ndim == 1 and array.flags.c_contiguous and array.flags.aligned for array in arrays):
        raise ValueError("These arrays have gaps or are not aligned.")
    return [figure for array in arrays for figure in (array.ctypes.data, len(array))]
