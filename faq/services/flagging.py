"""Flags: an agent says what is not right with an entry, somebody answers, and the agent hears of it."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import audit
from accounts.models import Agent
from accounts.roles import Role
from courier import telling
from courier.models import PushEvent
from courier.pushing import push
from faq.models import Entry, Flag, FlagReason, Purpose, Revision, RevisionState
from faq.models.revision import OPEN_STATES
from faq.services import drafting
from faq.services.locking import database_now, lock_entry
from kb.lib.errors import RuleBrokenError

MOST_CHARACTERS = 500
MOST_CHARACTERS_OF_ANSWER = 1000
OUT = [RevisionState.PUBLISHED, RevisionState.SUPERSEDED]


@transaction.atomic
def raise_flag(entry: Entry, *, by: Agent, reason: FlagReason, text: str = "") -> Flag:
    """Make it a task for the owning line; the same person's open flag of the same reason stays the only one.

    Locks the entry, so that a double send finds the first one. Raises RuleBrokenError when the text is
    too long.
    """
    entry = lock_entry(entry.pk)
    if len(text) > MOST_CHARACTERS:
        raise RuleBrokenError(_("The note may have at most %(most)s characters.") % {"most": MOST_CHARACTERS})
    open_flag = Flag.objects.open().filter(entry=entry, raised_by=by, reason=reason).first()
    if open_flag is not None:
        return open_flag
    flag = Flag.objects.create(entry=entry, raised_by=by, reason=reason, text=text.strip())
    audit.record(by, "entry.flagged", entry, flag=flag.pk, reason=reason)
    question = question_of(entry)

    def said() -> str:
        return _("Flagged as “%(reason)s”: %(question)s") % {
            "reason": FlagReason(reason).label.lower(),
            "question": question,
        }

    telling.tell(
        workers_on(entry), said, key=f"flag-{flag.pk}-raised", address=reverse("faq:flag", args=[flag.pk])
    )
    return flag


def workers_on(entry: Entry) -> list[Agent]:
    """Whose task a flag of this entry is; the same people as `FlagQuerySet.worked_off_by` says."""
    owning = Q(groups__name=Role.BUSINESS_EXPERT, lines=entry.line_id)
    people = Agent.objects.filter(Q(groups__name=Role.INFORMATION_ADMINISTRATOR) | owning, is_active=True)
    if entry.is_restricted:
        people = people.filter(pk__in=Agent.objects.filter(lines__in=entry.concerned_line_ids))
    return list(people.distinct())


def question_of(entry: Entry) -> str:
    """What the entry asks: its live text, or the newest draft of one that never was out."""
    text = entry.live_revision or entry.revisions.order_by("-number").first()
    return text.question if text else str(entry)


@transaction.atomic
def take_on(flag: Flag, *, by: Agent) -> Flag:
    """Make it one's own task. Locks the flag, so of two people one has it.

    Raises RuleBrokenError when a colleague has it or it was answered.
    """
    flag = _lock_open(flag)
    if flag.owner is not None and flag.owner != by:
        raise RuleBrokenError(_("%(person)s has taken this on meanwhile.") % {"person": flag.owner})
    _check_worker(flag, by)
    if flag.owner is None:
        flag.owner = by
        flag.save(update_fields=["owner"])
        audit.record(by, "flag.taken_on", flag, entry=flag.entry_id)
    return flag


@transaction.atomic
def answer(flag: Flag, *, by: Agent, text: str) -> Flag:
    """Answer the agent who raised it. Locks the flag, so of two answers one is given.

    Raises RuleBrokenError when it was answered meanwhile, or there is no answer, or one too long.
    """
    flag = _lock_open(flag)
    _check_worker(flag, by)
    text = text.strip()
    if not text:
        raise RuleBrokenError(_("Write what the agent shall read."))
    if len(text) > MOST_CHARACTERS_OF_ANSWER:
        raise RuleBrokenError(
            _("The answer may have at most %(most)s characters.") % {"most": MOST_CHARACTERS_OF_ANSWER}
        )
    _close(flag, text, by)
    return flag


@transaction.atomic
def begin_fix(flag: Flag, *, by: Agent) -> Revision:
    """Link the flag to the entry's open draft, or to a new one; once that is published it is answered.

    Locks the entry, then the flag. Raises RuleBrokenError when the flag was answered meanwhile.
    """
    entry = lock_entry(flag.entry_id)
    flag = _lock_open(flag)
    _check_worker(flag, by)
    draft = entry.revisions.filter(state__in=OPEN_STATES, purpose=Purpose.TEXT).first()
    draft = draft or drafting.new_draft(entry, by=by)
    flag.fixed_in = draft
    flag.owner = flag.owner or by
    flag.save(update_fields=["fixed_in", "owner"])
    audit.record(by, "flag.being_fixed", flag, entry=entry.pk, revision=draft.pk)
    return draft


@transaction.atomic
def answer_fixed(entry_ids: Collection[int]) -> None:
    """Answer the flags of these entries whose draft has come out. Called while the entries are locked."""
    fixed = Flag.objects.open().filter(entry__in=entry_ids, fixed_in__state__in=OUT).order_by("pk")
    for flag in fixed.select_for_update(of=("self",)):
        with override(settings.LANGUAGE_CODE):
            said = _("The entry was corrected, and the new text is out.")
        _close(flag, said, None)


def _lock_open(flag: Flag) -> Flag:
    found = Flag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    if found.answered_at is not None:
        raise RuleBrokenError(_("This flag was answered meanwhile."))
    return found


def _check_worker(flag: Flag, by: Agent) -> None:
    if not Flag.objects.worked_off_by(by).filter(pk=flag.pk).exists():
        raise RuleBrokenError(_("This flag is not yours to work off."))


def _close(flag: Flag, text: str, by: Agent | None) -> None:
    flag.answer, flag.answered_by, flag.answered_at = text, by, database_now()
    flag.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record(by, "flag.answered", flag, entry=flag.entry_id)
    is_open = Entry.objects.unrestricted_for(flag.raised_by).filter(pk=flag.entry_id).exists()
    about = f" ({question_of(flag.entry)})" if is_open else ""
    address = reverse("faq:my-flags")
    telling.tell(
        [flag.raised_by],
        lambda: _("Your flag was answered: %(answer)s") % {"answer": text} + about,
        key=f"flag-{flag.pk}-answered",
        address=address,
    )
    detail = {"id": flag.pk, "entry": flag.entry_id, "answer": text, "address": address}
    push(PushEvent.Kind.FLAG, detail, people=[flag.raised_by])
