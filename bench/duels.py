"""Whether of two who act at the same moment exactly one wins, and no text is ever lost.

Duels: two threads meet between reading and writing, then both go on. Four kinds take turns: the last approval
by two people of one seat; the last two seats; an approval against an edit by the same person (who must not
sign what they just wrote); an approval that publishes against a withdrawal at once. Afterwards the database
says who won, and whether anybody signed what they wrote.

Saves: editors save changes of one draft as fast as they can. Each starts from what it saw last; who comes too
late is told and gets the other's text. Every save that was told "done" must be in the audit trail and have
been seen by the next winner, so none is overwritten unseen.
"""

import argparse
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.duelling import KINDS, Duel, self_approvals  # noqa: E402
from bench.printing import exactly, print_result, rounded  # noqa: E402
from bench.saves import write_together  # noqa: E402
from bench.site import fresh_database, say  # noqa: E402

PATIENCE_SECONDS = 0.05  # behind a lock the other never comes to the meeting place


@dataclass
class Duels:
    duels: int = 0
    without_one_winner: int = 0
    self_approvals: int = 0
    errors: int = 0
    kinds: dict[str, int] = field(default_factory=dict)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--duels", type=int, default=1000)
    arguments.add_argument("--editors", type=int, default=50)
    arguments.add_argument("--saves", type=int, default=100)
    arguments.add_argument("--pool", type=int, default=8)
    chosen = arguments.parse_args()
    fresh_database()
    say(f"{chosen.duels} duels, {chosen.pool} at a time ...")
    began = time.perf_counter()
    duels = fight(chosen.duels, pool=chosen.pool)
    duel_seconds = time.perf_counter() - began
    say(f"{chosen.editors} editors, {chosen.saves} saves each, of one draft ...")
    began = time.perf_counter()
    saves = write_together(editors=chosen.editors, saves=chosen.saves)
    save_seconds = time.perf_counter() - began
    results = {
        "duels": duels.duels,
        "kinds": duels.kinds,
        "duel_seconds": rounded(duel_seconds),
        "editors": chosen.editors,
        "saves": chosen.editors * chosen.saves,
        "saves_done": saves.won,
        "saves_told": saves.told,
        "save_seconds": rounded(save_seconds),
    }
    goals = [
        exactly("duels fought", duels.duels, chosen.duels),
        exactly("duels without exactly one winner", duels.without_one_winner, 0),
        exactly("self-approvals", duels.self_approvals, 0),
        exactly("saves answered", saves.won + saves.told, chosen.editors * chosen.saves),
        exactly("texts lost", saves.lost, 0),
        exactly("errors", duels.errors + saves.errors, 0),
    ]
    print_result("duels", results, goals)


def fight(number: int, *, pool: int) -> Duels:
    """So many duels, several at a time, each about an entry of its own."""
    figures, turn = Duels(), threading.Lock()
    with meeting_places(), ThreadPoolExecutor(pool) as workers:
        for kind, is_right, errors in workers.map(
            lambda place: _duel(KINDS[place % len(KINDS)]), range(number)
        ):
            with turn:
                figures.duels += 1
                figures.kinds[kind] = figures.kinds.get(kind, 0) + 1
                figures.without_one_winner += not is_right
                figures.errors += errors
    figures.self_approvals = self_approvals()
    return figures


def _duel(kind: Callable[[], Duel]) -> tuple[str, bool, int]:
    """Let two threads act at once; whether the outcome is right, and how many failed otherwise than told."""
    try:
        duel = kind()
        acts = next(duel)
        meeting = threading.Barrier(2)
        outcomes: list[str] = ["", ""]
        threads = [
            threading.Thread(target=_act, args=[place, act, meeting, outcomes])
            for place, act in enumerate(acts)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return kind.__name__, bool(duel.send(outcomes)), outcomes.count("error")
    finally:
        connection.close()


_here = threading.local()


def _act(place: int, act: Callable[[], object], meeting: threading.Barrier, outcomes: list[str]) -> None:
    from kb.lib.errors import RuleBrokenError

    _here.meeting = meeting
    try:
        act()
        outcomes[place] = "done"
    except RuleBrokenError as broken:
        outcomes[place] = "told" if str(broken) else "error"
    except Exception as error:  # whatever else comes is what is counted
        say(f"{type(error).__name__}: {error}")
        outcomes[place] = "error"
    finally:
        connection.close()


@contextmanager
def meeting_places() -> Iterator[None]:
    """Hold each duellist after it has read and before it writes, until the other is there or cannot come."""
    from faq.services import drafting, publishing, reviewing

    places: list[tuple[Any, str]] = [
        (reviewing, "_check_reviewer"),
        (reviewing, "approved_seats"),
        (drafting, "_is_same"),
        (publishing, "database_now"),
    ]
    originals = [getattr(module, name) for module, name in places]
    for (module, name), original in zip(places, originals, strict=True):
        setattr(module, name, _held(original))
    try:
        yield
    finally:
        for (module, name), original in zip(places, originals, strict=True):
            setattr(module, name, original)


def _held(original: Callable[..., Any]) -> Callable[..., Any]:
    def wait_and_go_on(*args: Any, **more: Any) -> Any:
        meeting = getattr(_here, "meeting", None)
        if meeting is not None:
            with suppress(threading.BrokenBarrierError):
                meeting.wait(PATIENCE_SECONDS)
        return original(*args, **more)

    return wait_and_go_on


if __name__ == "__main__":
    main()
