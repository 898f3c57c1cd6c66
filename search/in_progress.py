"""Questions on their way to the business departments, for who searches: asked beside every search.

The wordings are kept in memory, cut up once. One query for which inquiries are to be found and which wording
was the last to join says whether they are still all of them, so that a question is found from the very second
it was forwarded; a second query reads the few that are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from accounts.models import Agent
from faq.models import Entry
from inquiries import glance
from inquiries.glance import Glance
from inquiries.models import Asker, Inquiry
from search import lexicon
from search.likeness import Wordings

MOST_SHOWN = 3
MOST_OPEN = 1_000  # the newest are enough
MOST_WORDINGS = 5_000  # in all: the questions, and what those who joined had typed
MOST_KNOWN = 1_000


@dataclass(frozen=True)
class _Kept:
    """The wordings as of a version; ``ids`` says of which inquiry each is."""

    version: tuple[Any, ...]
    wordings: Wordings
    ids: list[int]


_kept = _Kept(version=(), wordings=Wordings([]), ids=[])


def like(person: Agent, text: str, *, most: int = MOST_SHOWN) -> list[tuple[Glance, float]]:
    """Inquiries that ask what this text asks and how near each is, the nearest first."""
    near: dict[int, float] = {}
    kept = _current()
    for place, likeness in kept.wordings.near(text).items():
        pk = kept.ids[place]
        near[pk] = max(likeness, near.get(pk, 0.0))
    nearest = sorted(near, key=lambda pk: (-near[pk], -pk))[:most]
    if not nearest:
        return []
    found = glance.by_id(Inquiry.objects.findable().filter(pk__in=nearest), person)
    return [(found[pk], near[pk]) for pk in nearest if pk in found]


def _current() -> _Kept:
    global _kept
    newest_first = Inquiry.objects.findable().order_by("-pk")
    ids = tuple(newest_first.values_list("pk", flat=True)[:MOST_OPEN])
    newest = Asker.objects.aggregate(newest=Max("pk"))["newest"]
    version = (ids, newest, lexicon.current().version)
    if _kept.version != version:
        _kept = _read(version, ids)
    return _kept


def _read(version: tuple[Any, ...], ids: Sequence[int]) -> _Kept:
    questions = Inquiry.objects.filter(pk__in=ids).order_by().values_list("pk", "question")
    typed = Asker.objects.filter(inquiry__in=ids).exclude(words="").order_by("-pk")
    rows = list(dict.fromkeys([*questions, *typed.values_list("inquiry", "words")[:MOST_WORDINGS]]))
    known = Entry.objects.in_force().order_by("-pk").values_list("live_revision__question", flat=True)
    wordings = Wordings([text for _pk, text in rows], [text for text in known[:MOST_KNOWN] if text])
    return _Kept(version, wordings, [pk for pk, _text in rows])
