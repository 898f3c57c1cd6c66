"""Combine two entries: both wordings on the one that stays, at once; the seats sign that the other goes.

When they have signed, the old entry's address leads to the one that stays. Undoing asks them to bring it
back; until they have, the redirect and the wordings stay, so that no caller's words find nothing in between.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agent
from faq import wording
from faq.comparing import FIELDS
from faq.models import Entry, Revision, SimilarQuestion
from faq.services import curating, redirecting
from faq.services.curating import Curation
from faq.services.drafting import Text
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services.acts import seats
from reports.services.acts.base import (
    Change,
    Field,
    Told,
    drop_wordings,
    entry_of,
    tell_wordings,
    tidy_texts,
    used,
)
from search.tokenizer import exact_key

TEXTS = ("question", "key_points", "script", "answer")


def apply(proposal: Proposal, change: Change, by: Agent) -> Told:
    """With ``merge`` a draft of the one that stays holds both texts, for somebody to finish."""
    into = int(change.get("into") or proposal.other_id or 0)
    if into == proposal.entry_id:
        raise RuleBrokenError(_("Choose another entry to combine it with."))
    found = used([proposal.entry_id, into])
    goes, stays = found[proposal.entry_id or 0], found[into]
    seats.check_nobody_asks(stays)
    _check_readers(goes, stays)
    told: Told = {"into": stays.pk, "text": stays.live_revision_id}
    told["similar"] = _add(stays, tidy_texts(change.get("similar")), by)
    told["request"] = seats.ask_withdrawal(goes, proposal, by).pk
    if change.get("merge"):
        draft = seats.begin(stays, _merged(_text(stays), _text(goes)), proposal, by)
        seats.tell_writers(draft, proposal, by)
        told["draft"] = draft.pk
    return told


def fields(proposal: Proposal) -> list[Field]:
    """The old entry, the wordings it left, the merged draft, and what the text that stays says since."""
    found = [seats.withdrawal_field(proposal), _similar_field(proposal), _draft_field(proposal)]
    return [*filter(None, found), *_text_fields(proposal)]


def undo(proposal: Proposal, back: Collection[str], by: Agent) -> Told:
    """Wordings wait for the seats where the old entry does; the text that stays is changed by its seats."""
    told: Told = {}
    if "use" in back:
        told |= seats.take_withdrawal_back(proposal, by)
    if "similar" in back:
        told["similar"] = list(proposal.applied["similar"])
        if "restoration" not in told:
            take_wordings(proposal, told["similar"], by)
    draft = seats.open_revision(proposal.applied.get("draft"))
    if "draft" in back and draft is not None:
        seats.close(draft, by)
        told["dropped_draft"] = draft.pk
    texts = [name for name in TEXTS if name in back]
    if texts:
        told["text"] = _put_back(proposal, texts, by).pk
    return told


def take_wordings(proposal: Proposal, rows: Collection[str], by: Agent | None) -> None:
    """Take these rows from the entry that stays."""
    drop_wordings(Entry.objects.get(pk=proposal.applied["into"]), rows, by)


def lead(proposal: Proposal, by: Agent) -> None:
    """Every seat has signed that the old entry goes: its address leads to the one that stays."""
    old = entry_of(proposal)
    redirecting.lead(old, Entry.objects.get(pk=proposal.applied["into"]), by=by)


def _check_readers(goes: Entry, stays: Entry) -> None:
    """The wordings of a restricted entry go nowhere where other people read them."""
    same = set(goes.concerned_line_ids) == set(stays.concerned_line_ids)
    if (goes.is_restricted or stays.is_restricted) and not (
        goes.is_restricted == stays.is_restricted and same
    ):
        raise RuleBrokenError(_("Different people may read these two entries; they stay two."))


def _add(stays: Entry, texts: Sequence[str], by: Agent) -> dict[str, str]:
    """What it does not say yet; the rows that were made, with their texts."""
    before = list(stays.similar_questions.values_list("text", flat=True))
    said = set(map(exact_key, [str(stays), *before]))
    new: dict[str, str] = {}
    for text in texts:
        if exact_key(text) not in said:
            new.setdefault(exact_key(text), text)
    after = [*before, *new.values()]
    if len(after) > wording.MOST_SIMILAR_QUESTIONS:
        raise RuleBrokenError(
            _("An entry has at most %(most)s similar questions; take one out first.")
            % {"most": wording.MOST_SIMILAR_QUESTIONS}
        )
    if not new:
        return {}
    origin = SimilarQuestion.Origin.COMBINED
    curating.apply([Curation(stays.pk, {}, similar_questions=after)], by=by, origin=origin)
    tell_wordings(stays, before, after, by)
    made = SimilarQuestion.objects.filter(entry=stays, text__in=new.values())
    return {str(row.pk): row.text for row in made}


def _similar_field(proposal: Proposal) -> Field | None:
    rows = SimilarQuestion.objects.filter(
        entry=proposal.applied["into"], pk__in=[int(pk) for pk in proposal.applied["similar"]]
    )
    left = list(rows.values_list("text", flat=True))
    return Field("similar", _("Similar questions that came with it"), [], left, True) if left else None


def _draft_field(proposal: Proposal) -> Field | None:
    draft = seats.open_revision(proposal.applied.get("draft"))
    if draft is None:
        return None
    now = [_("is being written")]
    return Field("draft", _("Merged text"), [_("no draft")], now, seats.is_ours(draft, proposal))


def _text_fields(proposal: Proposal) -> list[Field]:
    """Where the text that stays is another one than when it was accepted; ours if it is the merged draft."""
    stays = Entry.objects.select_related("live_revision").get(pk=proposal.applied["into"])
    before = Revision.objects.filter(pk=proposal.applied["text"]).first()
    now = stays.live_revision
    if before is None or now is None or before.pk == now.pk:
        return []
    is_ours = now.pk == proposal.applied.get("draft")
    return [
        Field(name, str(FIELDS[name]), _lines(getattr(before, name)), _lines(getattr(now, name)), is_ours)
        for name in TEXTS
        if getattr(before, name) != getattr(now, name)
    ]


def _put_back(proposal: Proposal, names: Sequence[str], by: Agent) -> Revision:
    stays = used([proposal.applied["into"]])[proposal.applied["into"]]
    before = Text.of(Revision.objects.get(pk=proposal.applied["text"]))
    words: dict[str, Any] = {name: getattr(before, name) for name in names}
    return seats.hand_in(stays, replace(_text(stays), **words), proposal, by)


def _text(entry: Entry) -> Text:
    live: Revision = entry.live_revision  # type: ignore[assignment]  # what is in use has a text
    return Text.of(live)


def _merged(stays: Text, goes: Text) -> Text:
    """All that either says, what stays first."""
    answers = [text for text in dict.fromkeys((stays.answer, goes.answer)) if text]
    return replace(
        stays,
        key_points=list(dict.fromkeys([*stays.key_points, *goes.key_points])),
        answer="\n\n".join(answers),
        script=stays.script or goes.script,
    )


def _lines(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
