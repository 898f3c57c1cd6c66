"""Trains the site's own ranker, tries it on last month's confirmed searches, puts it in force if better.

Learned from: the site's similar questions (see ``ranking.lessons``), and searches confirmed in the three
months before the last, which itself is kept for the trial. Nothing is downloaded.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, settings
from accounts.models import Agent
from hits.confirmed import confirmed_searches
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from search import trials
from search.documents import documents
from search.engines.base import Document
from search.evaluation import own_engine
from search.models import RankerVersion, Trial
from search.ranking import classifier, lessons, model, ranker
from search.ranking.classifier import Classifier
from search.ranking.learning import Lesson, fit
from search.ranking.model import Model, UnreadableModelError
from search.ranking.ranker import Ranker
from search.trials import Told
from search.yardstick import Figures

logger = logging.getLogger(__name__)
FEWEST_LESSONS = 200
MOST_ENTRIES = 5_000  # an index is built for each part; more entries than these teach little more
MONTHS_LEARNED_FROM = 3
WITHOUT = "without"
_followed: list[tuple[int | None, bool]] = []


def ask(by: Agent | None = None) -> Trial:
    """Let the worker train and try a ranker; for the nightly job nobody asked.

    Raises RuleBrokenError while one is being trained.
    """
    trial = trials.ask(Trial.Kind.RANKER, WITHOUT, f"ranker-{timezone.now():%Y%m%d%H%M%S}", {}, by=by)
    if by:
        audit.record(by, "ranker.training_asked", trial)
    return trial


@dataclass(frozen=True, slots=True)
class State:
    """Whether rankers are on at all, the newest one, better or not, and the newest training, done or not."""

    is_on: bool
    newest: RankerVersion | None
    trial: Trial | None


def state() -> State:
    """What the page about search quality says of the ranker; three queries."""
    return State(
        bool(settings.current()["learned_ranker"]),
        RankerVersion.objects.defer("weights", "classifier").order_by("-pk").first(),
        Trial.objects.filter(kind=Trial.Kind.RANKER).order_by("-pk").first(),
    )


def follow() -> bool:
    """Put in force in this process what shall be; whether that was news. Two cheap queries.

    Switched off, the engine's order stays. Switched on, it is the newest training if it was better, else the
    weights every site begins with.
    """
    is_on = bool(settings.current()["learned_ranker"])
    state = (RankerVersion.objects.order_by("-pk").values_list("pk", flat=True).first(), is_on)
    if _followed == [state]:
        return False
    ranker.use(_chosen(state[0]) if is_on else None)
    _followed[:] = [state]
    return True


def is_better(before: Figures, after: Figures) -> bool:
    """Whether searches rank better: more answers first, or as many and more among the first five."""
    if not after.searches:
        return False
    return (after.recall_at_1, after.recall_at_5) > (before.recall_at_1, before.recall_at_5)


def train(found: Sequence[Document], told: Told = lambda _percent: None) -> tuple[Ranker, int]:
    """A ranker learned from these entries and from confirmed searches, and from how many lessons.

    Raises RuleBrokenError where there is nothing to learn from.
    """
    learned = _lessons(found, told)
    guesser = classifier.train(found)
    if len(learned) >= FEWEST_LESSONS:
        version = f"{timezone.now():%Y-%m-%d %H:%M}"
        return Ranker(fit(learned, version), guesser), len(learned)
    if guesser is None:
        raise RuleBrokenError(_("There are too few similar questions and categories to learn from."))
    return Ranker(model.factory(), guesser), len(learned)


def _run(trial: Trial, told: Told) -> tuple[Figures, Figures]:
    found = list(documents())[:MOST_ENTRIES]
    learned, count = train(found, lambda percent: told(percent * 7 // 10))
    before, after = trials.compare(
        ranker.using(Ranker(model.factory())),
        ranker.using(learned),
        pairs=trials.pairs_of_last_month(),
        told=lambda percent: told(70 + percent * 3 // 10),
    )
    RankerVersion.objects.create(
        weights=None if learned.model is model.factory() else learned.model.to_json(),
        classifier=learned.classifier.to_bytes() if learned.classifier else None,
        lessons=count,
        is_better=is_better(before, after),
        trial=trial,
    )
    return before, after


trials.RUNNERS[Trial.Kind.RANKER] = _run


def _lessons(found: Sequence[Document], told: Told) -> list[Lesson]:
    own = partial(own_engine, "whoosh")
    learned: list[Lesson] = []
    if any(document.similar for document in found):
        learned = lessons.of_similar_questions(found, model.factory(), own, told=told)
    last, most = Month.of(timezone.now()).later(-1), int(settings.current()["yardstick_most_searches"])
    here = {document.id for document in found}
    pairs = [
        (pair.text, {pair.entry_id})
        for months in range(1, MONTHS_LEARNED_FROM + 1)
        for pair in confirmed_searches(last.later(-months), most)
        if pair.entry_id in here
    ]
    return learned + (lessons.asked_of(found, pairs, model.factory(), own) if pairs else [])


def _chosen(newest_id: int | None) -> Ranker:
    row = RankerVersion.objects.filter(pk=newest_id, is_better=True).first() if newest_id else None
    if row is None:
        return Ranker(model.factory())
    try:
        return Ranker(
            _weights(row.weights), Classifier.of_bytes(bytes(row.classifier)) if row.classifier else None
        )
    except (UnreadableModelError, ValueError, KeyError) as error:
        logger.warning("The ranker of %s cannot be read, the first one is in force: %s", row.made_at, error)
        return Ranker(model.factory())


def _weights(stored: dict[str, Any] | None) -> Model:
    return Model.of_json(stored) if stored else model.factory()
