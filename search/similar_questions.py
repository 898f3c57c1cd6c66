"""Similar questions that calls have taught: proposed every night, decided by who tends the entry.

Proposed is what led to the same entry in at least three calls of at least two agents, each time confirmed.
Left out is what any entry in force already says, and what holds a masked number.
"""

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
    before = list(entry.similar_questions.values_list("text", flat=True))
    _check(entry, found, before)
    curating.apply(
        [Curation(entry.pk, {}, similar_questions=[*before, found.text])],
        by=by,
        origin=SimilarQuestion.Origin.LEARNED,
    )
    _decide(found, ProposedQuestion.State.ACCEPTED, by)
    others = [
        pk for pk, row in same.items() if pk != found.pk and row.state == ProposedQuestion.State.WAITING
    ]
    ProposedQuestion.objects.filter(pk__in=others).delete()
    audit.record(by, "similar_question.accepted", entry, **_evidence(found))


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
    said = _said_already({each.key for each in wordings})
    return [each for each in wordings if each.entry_id in in_force and each.key not in said]


def _key(text: str) -> str:
    """Nothing for a text that is no wording: without a word, or with a number of the caller's in it."""
    return "" if MASK in text else exact_key(text)


def _said_already(keys: set[str]) -> set[str]:
    """Those of the keys that a question or similar question of an entry in force has."""
    if not keys:
        return set()
    in_force = Entry.objects.in_force().order_by()
    questions = Revision.objects.filter(live_entry__in=in_force).values_list("question", flat=True)
    similar = SimilarQuestion.objects.filter(entry__in=in_force).order_by().values_list("text", flat=True)
    return {
        key for texts in (questions, similar) for text in texts.iterator() if (key := exact_key(text)) in keys
    }


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


def _check(entry: Entry, proposal: ProposedQuestion, similar: list[str]) -> None:
    if entry.state != EntryState.PUBLISHED or entry.live_revision is None:
        raise RuleBrokenError(_("The entry is no longer in use."))
    if proposal.key in map(exact_key, [entry.live_revision.question, *similar]):
        raise RuleBrokenError(_("The entry already has this wording."))
    if len(similar) >= wording.MOST_SIMILAR_QUESTIONS:
        raise RuleBrokenError(
            _("An entry has at most %(most)s similar questions; take one out first.")
            % {"most": wording.MOST_SIMILAR_QUESTIONS}
        )


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
