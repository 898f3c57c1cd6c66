"""Questions asked in vain: found every night in given-up attempts, worked off by information administrators.

What an entry in force says, or what was confirmed after it was given up, is no gap any more. What is ignored,
or taken up by an entry that is not out yet, stays away together with what is almost the same.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq import wording
from faq.models import Entry, Revision
from faq.services import drafting
from faq.services.locking import database_now, lock_entry
from hits.attempts import Attempt, given_up, last_confirmed
from hits.searches import texts_kept_since
from kb.lib.errors import RuleBrokenError
from search import asked_in_vain, clustering, similar_questions
from search.asked_in_vain import Wording
from search.models import Gap
from search.tokenizer import exact_key

FEWEST_CALLS = 2
MOST_GAPS = 1_000
MOST_WORDINGS_SHOWN = 50
ALMOST_THE_SAME = 0.7
BATCH = 200
FIGURES = ("wording", "keys", "wordings", "calls", "agents", "last_at")


def refresh() -> int:
    """Find the gaps anew from the texts still kept; how many are open. Again gives the same."""
    since, began_at = texts_kept_since(), database_now()
    agents = Agent.objects.filter(groups__name=Role.AGENT).values_list("pk", flat=True)
    attempts = given_up(since, list(agents))
    known = list(similar_questions.texts_in_force())
    wordings = _undecided(
        asked_in_vain.unanswered(attempts, set(map(exact_key, known)), _answered_at(since)), known
    )
    _store(_gaps(wordings, attempts, known), began_at)
    return Gap.objects.filter(state=Gap.State.OPEN).count()


@transaction.atomic
def ignore(gap: Gap, *, by: Agent) -> None:
    """Never list it again. Locks the gap; raises RuleBrokenError when it was decided on meanwhile."""
    found = _lock_open(gap)
    _decide(found, Gap.State.IGNORED, by)
    audit.record(by, "gap.ignored", found, wording=found.wording, calls=found.calls)


@transaction.atomic
def reopen(gap: Gap, *, by: Agent) -> None:
    """List an ignored one again. Locks the gap; raises RuleBrokenError when it is not ignored any more."""
    found = Gap.objects.filter(pk=gap.pk, state=Gap.State.IGNORED).select_for_update().first()
    if found is None or Gap.objects.filter(key=found.key, state=Gap.State.OPEN).exists():
        raise RuleBrokenError(_("This gap was decided on meanwhile."))
    found.state, found.decided_by, found.decided_at = Gap.State.OPEN, None, None
    found.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record(by, "gap.reopened", found, wording=found.wording, calls=found.calls)


@transaction.atomic
def add_to(gap: Gap, entry: Entry, texts: Sequence[str], *, by: Agent) -> None:
    """Add these of its wordings to an entry in use as similar questions.

    Locks the entry, then the gap. Raises RuleBrokenError when the gap was decided on meanwhile, no wording is
    chosen, or ``similar_questions.append`` does.
    """
    entry = lock_entry(entry.pk)
    found = _lock_open(gap)
    added = similar_questions.append(entry, _chosen(found, texts), by=by)
    _decide(found, Gap.State.TAKEN, by, entry)
    audit.record(by, "similar_question.added", entry, texts=added, gap=found.pk)
    audit.record(by, "gap.taken_up", found, wording=found.wording, calls=found.calls, entry=entry.pk)


@transaction.atomic
def write_entry(gap: Gap, question: str, texts: Sequence[str], *, line: BusinessLine, by: Agent) -> Entry:
    """Begin an entry with this question, and these of the gap's wordings as similar questions.

    Locks the gap. Raises RuleBrokenError when it was decided on meanwhile, or there is no question.
    """
    found = _lock_open(gap)
    similar = [text for text in found.texts if text in texts and exact_key(text) != exact_key(question)]
    draft = drafting.create_entry(drafting.Text(question, line), by=by, similar_questions=similar)
    _decide(found, Gap.State.TAKEN, by, draft.entry)
    audit.record(by, "gap.taken_up", found, wording=found.wording, calls=found.calls, entry=draft.entry_id)
    return draft.entry


def _answered_at(since: datetime) -> dict[str, datetime]:
    """By key, until when what was given up has been answered: confirmed since, or in an entry that is out."""
    found: dict[str, datetime] = {}
    for text, at in last_confirmed(since).items():
        key = exact_key(asked_in_vain.without_numbers(text))
        found[key] = max(at, found.get(key, at))
    taken = Gap.objects.filter(state=Gap.State.TAKEN, entry__published_at__isnull=False)
    for gap in taken.select_related("entry"):
        assert gap.entry and gap.entry.published_at and gap.decided_at  # noqa: S101, PT018  the rows say so
        at = max(gap.decided_at, gap.entry.published_at)
        found |= {key: max(at, found.get(key, at)) for key in gap.keys}
    return found


def _undecided(wordings: list[Wording], known: Sequence[str]) -> list[Wording]:
    """Without what was ignored or is being written, and what is almost the same."""
    ignored = Gap.objects.filter(state=Gap.State.IGNORED)
    drafts = Revision.objects.open().filter(entry=OuterRef("entry"))  # a discarded one answers nothing
    taken = Gap.objects.filter(Exists(drafts), state=Gap.State.TAKEN, entry__published_at__isnull=True)
    decided = [*ignored, *taken]
    if not decided:
        return wordings
    keys = {key for gap in decided for key in gap.keys}
    left = [one for one in wordings if one.key not in keys]
    texts = [text for gap in decided for text in gap.texts]
    places = clustering.group([*texts, *(one.text for one in left)], known=known, near=ALMOST_THE_SAME)
    return [one for one, place in zip(left, places[len(texts) :], strict=True) if place >= len(texts)]


def _gaps(wordings: list[Wording], attempts: Sequence[Attempt], known: Sequence[str]) -> list[Gap]:
    gaps = []
    for group in asked_in_vain.grouped(wordings, attempts, known):
        calls = set[object]().union(*(one.calls for one in group))
        if len(calls) < FEWEST_CALLS:
            continue
        shown = [(wording.tidy_line(one.text), len(one.calls)) for one in group[:MOST_WORDINGS_SHOWN]]
        gaps.append(
            Gap(
                key=group[0].key,
                wording=shown[0][0],
                keys=[one.key for one in group],
                wordings=shown,
                calls=len(calls),
                agents=len(set[int]().union(*(one.agents for one in group))),
                last_at=max(one.last_at for one in group if one.last_at),
            )
        )
    return sorted(gaps, key=lambda gap: (-gap.calls, gap.key))[:MOST_GAPS]


@transaction.atomic
def _store(found: list[Gap], began_at: datetime) -> None:
    """Locks the open ones; what somebody decided on while we were looking is not opened again."""
    open_ones = Gap.objects.filter(state=Gap.State.OPEN).order_by("pk").select_for_update()
    known = {gap.key: gap for gap in open_ones}
    meanwhile = {key for gap in Gap.objects.filter(decided_at__gte=began_at) for key in gap.keys}
    wanted = {gap.key: gap for gap in found if gap.key not in meanwhile}
    Gap.objects.filter(pk__in=[gap.pk for key, gap in known.items() if key not in wanted]).delete()
    for key in known.keys() & wanted.keys():
        for name in FIGURES:
            setattr(known[key], name, getattr(wanted[key], name))
    Gap.objects.bulk_update([known[key] for key in known if key in wanted], FIGURES, batch_size=BATCH)
    Gap.objects.bulk_create([gap for key, gap in wanted.items() if key not in known], batch_size=BATCH)


def _lock_open(gap: Gap) -> Gap:
    found = Gap.objects.filter(pk=gap.pk).select_for_update().first()
    if found is None or found.state != Gap.State.OPEN:
        raise RuleBrokenError(_("This gap was decided on meanwhile."))
    return found


def _chosen(gap: Gap, texts: Collection[str]) -> list[str]:
    chosen = [text for text in gap.texts if text in texts]
    if not chosen:
        raise RuleBrokenError(_("Choose at least one wording."))
    return chosen


def _decide(gap: Gap, state: str, by: Agent, entry: Entry | None = None) -> None:
    gap.state, gap.decided_by, gap.decided_at, gap.entry = state, by, database_now(), entry
    gap.save(update_fields=["state", "decided_by", "decided_at", "entry"])
