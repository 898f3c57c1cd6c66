"""What a supervisor chose instead, as the form of each kind sends it; whether it goes, the services say."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import row_id
from reports.models import Proposal

Chosen = dict[str, Any]
Kind = Proposal.Kind
LAST = 10_000


def chosen_from(proposal: Proposal, sent: QueryDict) -> Chosen:
    """The change as it was sent; empty for "as proposed". Raises RuleBrokenError for what is no choice."""
    if "change" not in sent:
        return {}
    return _READERS[Kind(proposal.kind)](proposal, sent)


def _order(_proposal: Proposal, sent: QueryDict) -> Chosen:
    """Entries with the places they are to stand in; of equal places the one listed first."""
    pks = [row_id(text) for text in sent.getlist("order")]
    places = [_place(text) for text in sent.getlist("place")]
    if not pks or None in pks or len(pks) != len(places):
        raise RuleBrokenError(_("The order was not sent completely."))
    ranked = sorted(range(len(pks)), key=lambda number: (places[number], number))
    return {"order": [pks[number] for number in ranked]}


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else LAST


def _feature(_proposal: Proposal, sent: QueryDict) -> Chosen:
    return {"line": row_id(sent.get("line", "")), "days": row_id(sent.get("days", "")) or 0}


def _move(proposal: Proposal, sent: QueryDict) -> Chosen:
    name = "category" if "category" in proposal.change else "line"
    pk = row_id(sent.get(name, ""))
    if pk is None:
        raise RuleBrokenError(_("Choose where it goes."))
    return {name: pk}


def _combine(_proposal: Proposal, sent: QueryDict) -> Chosen:
    into = row_id(sent.get("into", ""))
    if into is None:
        raise RuleBrokenError(_("Choose another entry to combine it with."))
    return {"into": into, "similar": _lines(sent), "merge": sent.get("merge") == "1"}


def _split(_proposal: Proposal, sent: QueryDict) -> Chosen:
    return {"question": sent.get("question", ""), "similar": _lines(sent)}


def _write(_proposal: Proposal, sent: QueryDict) -> Chosen:
    return {
        "question": sent.get("question", ""),
        "similar": _lines(sent),
        "line": row_id(sent.get("line", "")),
    }


def _nothing(_proposal: Proposal, _sent: QueryDict) -> Chosen:
    return {}


def _lines(sent: QueryDict) -> list[str]:
    return [line.strip() for line in sent.get("similar", "").splitlines() if line.strip()]


_READERS: dict[Proposal.Kind, Callable[[Proposal, QueryDict], Chosen]] = {
    Kind.REORDER: _order,
    Kind.FEATURE: _feature,
    Kind.MOVE: _move,
    Kind.COMBINE: _combine,
    Kind.SPLIT: _split,
    Kind.RETIRE: _nothing,
    Kind.WRITE: _write,
}
