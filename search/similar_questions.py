"""Similar questions that calls have taught: proposed every night, decided by who tends the entry.

Proposed is what led to the same entry in at least three calls of at least two agents, each time confirmed.
Left out is what any entry in force already says, and what holds a masked number.
"""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, settings
from accounts.models import Agent
from faq import wording
from faq.models import Entry, EntryState, Revision, SimilarQuestion
from faq.services import curating
from faq.services.curating import Curation
from faq.services.locking import database_now, lock_entry
from hits.confirmed import ConfirmedWording, confirmed_wordings
from hits.searches import texts_kept_since
from kb.lib.errors import RuleBrokenError
from search.models import ProposedQuestion
from search.tokenizer import exact_key

FEWEST_CALLS = 3
FEWEST_AGENTS = 2
MASK = "*"
BATCH = 500


def refresh() -> int:
    """Propose what the texts still kept have taught, take back what has lost its reason; how many wait.

    With the setting ``accept_learned_questions`` those that never led to another entry are accepted at once.
    """
    _store(_found())
    if settings.current()["accept_learned_questions"]:
        _accept_by_itself()
    return ProposedQuestion.objects.waiting().count()


@transaction.atomic
def accept(proposal: ProposedQuestion, *, by: Agent | None) -> None:
    """Add the wording to the entry's similar questions, and withdraw it as a proposal to other entries.

    Locks the entry, then every proposal of this wording. Raises RuleBrokenError when it was decided on
    meanwhile, or the entry is not in use, says it already, or has as many similar questions as it may.
    """
    entry = lock_entry(proposal.entry_id)
    same = {row.pk: row for row in _lock(key=proposal.key)}
    found = _still_waiting(same.get(proposal.pk))
    append(entry, [found.text], by=by)
    _decide(found, ProposedQuestion.State.ACCEPTED, by)
    others = [
        pk for pk, row in same.items() if pk != found.pk and row.state == ProposedQuestion.State.WAITING
    ]
    ProposedQuestion.objects.filter(pk__in=others).delete()
    audit.record(by, "similar_question.accepted", entry, **_evidence(found))


def append(entry: Entry, texts: Sequence[str], *, by: Agent | None) -> list[str]:
    """Add what the entry does not say yet behind its similar questions, as learned from calls; what it was.

    The caller holds the entry's lock and writes the audit row. Raises RuleBrokenError when the entry is not
    in use, says all of it already, or would have more similar questions than it may.
    """
    if entry.state != EntryState.PUBLISHED or entry.live_revision is None:
        raise RuleBrokenError(_("The entry is no longer in use."))
    before = list(entry.similar_questions.values_list("text", flat=True))
    said = set(map(exact_key, [entry.live_revision.question, *before]))
    new: dict[str, str] = {}
    for text in texts:
        if exact_key(text) not in said:
            new.setdefault(exact_key(text), text)
    added = list(new.values())
    if not added:
        raise RuleBrokenError(_("The entry already has this wording."))
    if len(before) + len(added) > wording.MOST_SIMILAR_QUESTIONS:
        raise RuleBrokenError(
            _("An entry has at most %(most)s similar questions; take one out first.")
            % {"most": wording.MOST_SIMILAR_QUESTIONS}
        )
    curating.apply(
        [Curation(entry.pk, {}, similar_questions=[*before, *added])],
        by=by,
        origin=SimilarQuestion.Origin.LEARNED,
    )
    return added


def texts_in_force() -> Iterator[str]:
    """Every question and similar question of the entries in force."""
    in_force = Entry.objects.in_force().order_by()
    yield from Revision.objects.filter(live_entry__in=in_force).values_list("question", flat=True).iterator()
    similar = SimilarQuestion.objects.filter(entry__in=in_force).order_by()
    yield from similar.values_list("text", flat=True).iterator()


@transaction.atomic
def reject(proposal: ProposedQuestion, *, by: Agent) -> None:
    """Never propose this wording for this entry again. Raises RuleBrokenError when it was decided on."""
    found = _still_waiting(next(iter(_lock(pk=proposal.pk)), None))
    _decide(found, ProposedQuestion.State.REJECTED, by)
    audit.record(by, "similar_question.rejected", found.entry, **_evidence(found))


def _found() -> list[ConfirmedWording]:
    wordings = confirmed_wordings(texts_kept_since(), _key, calls=FEWEST_CALLS, agents=FEWEST_AGENTS)
    in_force = set(
        Entry.objects.in_force()
        .filter(pk__in={each.entry_id for each in wordings})
        .values_list("pk", flat=True)
    )
    said = set(map(exact_key, texts_in_force())) if wordings else set()
    return [each for each in wordings if each.entry_id in in_force and each.key not in said]


def _key(text: str) -> str:
    """Nothing for a text that is no wording: without a word, or with a number of the caller's in it."""
    return "" if MASK in text else exact_key(text)


@transaction.atomic
def _store(found: list[ConfirmedWording]) -> None:
    """Bring the waiting ones up to date; what somebody decided on stays as it is."""
    wanted = {(each.entry_id, each.key): each for each in found}
    gone, known = [], []
    for row in _lock(state=ProposedQuestion.State.WAITING):
        now = wanted.pop((row.entry_id, row.key), None)
        if now is None:
            gone.append(row.pk)
            continue
        row.text, row.calls, row.agents = wording.tidy_line(now.text), now.calls, now.agents
        row.calls_elsewhere = now.calls_elsewhere
        known.append(row)
    ProposedQuestion.objects.filter(pk__in=gone).delete()
    ProposedQuestion.objects.bulk_update(
        known, ["text", "calls", "agents", "calls_elsewhere"], batch_size=BATCH
    )
    ProposedQuestion.objects.bulk_create(
        (
            ProposedQuestion(
                entry_id=each.entry_id,
                key=each.key,
                text=wording.tidy_line(each.text),
                calls=each.calls,
                agents=each.agents,
                calls_elsewhere=each.calls_elsewhere,
            )
            for each in wanted.values()
        ),
        ignore_conflicts=True,
        batch_size=BATCH,
    )


def _accept_by_itself() -> None:
    """What cannot be accepted keeps waiting for a person."""
    for proposal in ProposedQuestion.objects.waiting().filter(calls_elsewhere=0):
        try:
            accept(proposal, by=None)
        except RuleBrokenError:
            continue


def _lock(**which: object) -> list[ProposedQuestion]:
    """Always in the order of their keys, so that two who decide at once do not deadlock."""
    return list(ProposedQuestion.objects.filter(**which).order_by("pk").select_for_update())


def _still_waiting(proposal: ProposedQuestion | None) -> ProposedQuestion:
    if proposal is None or proposal.state != ProposedQuestion.State.WAITING:
        raise RuleBrokenError(_("This proposal was decided on meanwhile."))
    return proposal


def _decide(proposal: ProposedQuestion, state: str, by: Agent | None) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, database_now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])


def _evidence(proposal: ProposedQuestion) -> dict[str, object]:
    return {
        "text": proposal.text,
        "calls": proposal.calls,
        "agents": proposal.agents,
        "calls_elsewhere": proposal.calls_elsewhere,
    }
