"""Questions on their way to the business departments, for who searches: asked beside every search.

The wordings are kept in memory, cut up once. One query for which inquiries are to be found and which wording
was the last to join says whether they are still all of them, so that a question is found from the very second
it was forwarded; a second query reads the few that are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from accounts.models import Agent
from faq.models import Entry
from inquiries.models import Asker, Inquiry, Message, Round
from search import lexicon
from search.likeness import Wordings

MOST_SHOWN = 3
MOST_OPEN = 1_000
MOST_WORDINGS = 5_000  # in all: the questions, and what those who joined had typed
MOST_KNOWN = 1_000
STILL_OPEN = (Inquiry.State.OPEN, Inquiry.State.ASSIGNED, Inquiry.State.REPLIED)


@dataclass(frozen=True)
class InProgress:
    """An inquiry as a search shows it; ``reply`` and ``answer`` are empty until somebody gave them."""

    id: int
    question: str
    line_code: str
    line_name: str
    state: str
    asked: int
    reply_due_at: datetime
    answer_due_at: datetime
    is_provisional: bool
    replied_at: datetime | None
    answered_at: datetime | None
    reply: str
    answer: str
    is_mine: bool
    likeness: float


@dataclass(frozen=True)
class _Kept:
    """The wordings as of a version; ``ids`` says of which inquiry each is."""

    version: tuple[Any, ...]
    wordings: Wordings
    ids: list[int]


_kept = _Kept(version=(), wordings=Wordings([]), ids=[])


def like(person: Agent, text: str, *, most: int = MOST_SHOWN) -> list[InProgress]:
    """Inquiries that ask what this text asks, the nearest first; answered ones until an entry says it."""
    near: dict[int, float] = {}
    kept = _current()
    for place, likeness in kept.wordings.near(text).items():
        pk = kept.ids[place]
        near[pk] = max(likeness, near.get(pk, 0.0))
    nearest = sorted(near, key=lambda pk: (-near[pk], -pk))[:most]
    return _shown(nearest, near, person) if nearest else []


def findable() -> QuerySet[Inquiry]:
    """Open ones, and those answered whose answer no entry gives yet; the newest are enough."""
    answered = Round.objects.filter(
        inquiry=OuterRef("pk"), number=OuterRef("round"), answered_at__isnull=False
    )
    has_no_entry = Q(Exists(answered), entry_published_at__isnull=True)
    return Inquiry.objects.filter(Q(state__in=STILL_OPEN) | has_no_entry).order_by("-pk")


def _current() -> _Kept:
    global _kept
    ids, words = tuple(findable().values_list("pk", flat=True)[:MOST_OPEN]), lexicon.current()
    newest = Asker.objects.aggregate(newest=Max("pk"))["newest"]
    version = (ids, newest, words.version)
    if _kept.version != version:
        _kept = _read(version, ids)
    return _kept


def _read(version: tuple[Any, ...], ids: Sequence[int]) -> _Kept:
    questions = Inquiry.objects.filter(pk__in=ids).order_by().values_list("pk", "question")
    typed = Asker.objects.filter(inquiry__in=ids).exclude(words="").order_by("-pk")
    rows = [*questions, *typed.values_list("inquiry", "words")[:MOST_WORDINGS]]
    rows = list(dict.fromkeys(rows))
    known = Entry.objects.in_force().order_by("-pk").values_list("live_revision__question", flat=True)
    texts = [text for _pk, text in rows]
    wordings = Wordings(texts, [text for text in known[:MOST_KNOWN] if text])
    return _Kept(version, wordings, [pk for pk, _text in rows])


def _shown(pks: Sequence[int], near: Mapping[int, float], person: Agent) -> list[InProgress]:
    asked = Asker.objects.filter(inquiry=OuterRef("inquiry")).order_by()
    number = asked.values("inquiry").annotate(number=Count("pk")).values("number")
    rounds = (
        Round.objects.filter(inquiry__in=findable().filter(pk__in=pks), number=F("inquiry__round"))
        .select_related("inquiry__line")
        .annotate(
            asked=Coalesce(Subquery(number), Value(0)),
            is_mine=Exists(asked.filter(person=person)),
            reply=_said(Message.Kind.REPLY),
            answer=_said(Message.Kind.ANSWER),
        )
    )
    found = {each.inquiry_id: each for each in rounds}
    return [_one(found[pk], near[pk]) for pk in pks if pk in found]


def _said(kind: Message.Kind) -> Coalesce:
    """The newest message of that kind in the round."""
    messages = Message.objects.filter(inquiry=OuterRef("inquiry"), round=OuterRef("number"), kind=kind)
    newest = Subquery(messages.order_by("-said_at", "-pk").values("text")[:1])
    return Coalesce(newest, Value(""), output_field=TextField())


def _one(found: Any, likeness: float) -> InProgress:
    inquiry: Inquiry = found.inquiry
    return InProgress(
        id=inquiry.pk,
        question=inquiry.question,
        line_code=inquiry.line.code,
        line_name=inquiry.line.name,
        state=inquiry.state,
        asked=found.asked,
        reply_due_at=found.reply_due_at,
        answer_due_at=found.answer_due_at,
        is_provisional=found.is_provisional,
        replied_at=found.replied_at,
        answered_at=found.answered_at,
        reply=found.reply,
        answer=found.answer,
        is_mine=found.is_mine,
        likeness=round(likeness, 3),
    )
