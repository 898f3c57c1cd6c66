"""What a proposal says of itself in sentences: its evidence as figures, for the page and for who signs."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.models import Proposal
from reports.outcomes import Outcome

Evidence = dict[str, Any]
Kind = Proposal.Kind


def reason(proposal: Proposal) -> str:
    """One line for whoever signs: which reshuffle, what, and why."""
    return _("Reshuffle %(month)s, %(kind)s: %(facts)s") % {
        "month": f"{proposal.month:%Y-%m}",
        "kind": proposal.get_kind_display(),
        "facts": " ".join(facts(proposal)),
    }


def facts(proposal: Proposal) -> list[str]:
    """The figures the rule saw, in the language of whoever reads."""
    return list(_FACTS[Kind(proposal.kind)](proposal.evidence))


def outcome(told: Outcome) -> str:
    """Before and after, each as long: hits, and medians of the place of the used match and of the time."""
    before, after = told.before, told.after
    parts = [_("hits %(before)s → %(after)s") % {"before": before.hits, "after": after.hits}]
    if before.median_rank is not None and after.median_rank is not None:
        parts.append(
            _("place of the used match %(before)s → %(after)s")
            % {"before": f"{before.median_rank:g}", "after": f"{after.median_rank:g}"}
        )
    if before.median_seconds is not None and after.median_seconds is not None:
        parts.append(
            _("time to use %(before)s s → %(after)s s")
            % {"before": f"{before.median_seconds:g}", "after": f"{after.median_seconds:g}"}
        )
    return pgettext("between parts of a sentence", ", ").join(parts)


def _reorder(seen: Evidence) -> Iterator[str]:
    if "place_before" in seen:
        yield _(
            "Used %(hits)s times; the used one stands in place %(before)s on average, and would in %(after)s."
        ) % {"hits": _n(seen, "hits"), "before": seen["place_before"], "after": seen.get("place_after", "–")}


def _feature(seen: Evidence) -> Iterator[str]:
    if "hits" in seen:
        yield _("Asked %(hits)s times, after %(last)s in the month before.") % {
            "hits": seen["hits"],
            "last": _n(seen, "last_hits"),
        }
    if "expected" in seen:
        yield _("From the month as a whole %(number)s were to be expected.") % {"number": seen["expected"]}


def _move(seen: Evidence) -> Iterator[str]:
    if "own_share" in seen:
        yield _(
            "Of its %(hits)s hits %(share)s %% come from that line, %(own)s %% from the line that owns it."
        ) % {"hits": _n(seen, "hits"), "share": _percent(seen, "share"), "own": _percent(seen, "own_share")}
    elif "hits" in seen:
        yield _("Asked %(hits)s times.") % {"hits": seen["hits"]}
    if "calls_beside" in seen:
        yield _(
            "In %(there)s calls an entry filed there was opened too, in %(own)s one filed where it is."
        ) % {
            "there": seen["calls_beside"],
            "own": _n(seen, "calls_beside_own"),
        }


def _combine(seen: Evidence) -> Iterator[str]:
    if "calls_with_both" in seen:
        yield _("Both were opened in %(calls)s calls; their texts are alike by %(likeness)s %%.") % {
            "calls": seen["calls_with_both"],
            "likeness": _percent(seen, "likeness"),
        }


def _split(seen: Evidence) -> Iterator[str]:
    if "calls_of_second" in seen:
        yield _("%(second)s of %(calls)s confirmed calls ask something else.") % {
            "second": seen["calls_of_second"],
            "calls": int(seen["calls_of_second"]) + int(seen.get("calls_of_first", 0)),
        }


def _retire(seen: Evidence) -> Iterator[str]:
    if "very_low_months" in seen:
        yield _(
            "Very low for %(months)s months running, in force for %(old)s months; hits this month: %(hits)s."
        ) % {"months": seen["very_low_months"], "old": _n(seen, "months_old"), "hits": _n(seen, "hits")}
    if seen.get("last_year_hits") == 0:
        yield _("Not asked in the same month of last year.")
    elif "last_year_hits" in seen and seen["last_year_hits"] is None:
        yield _("Never asked in the %(months)s months that were counted.") % {
            "months": _n(seen, "months_counted")
        }


def _write(seen: Evidence) -> Iterator[str]:
    if "calls" in seen:
        yield _("Asked in vain in %(calls)s calls by %(agents)s agents.") % {
            "calls": seen["calls"],
            "agents": _n(seen, "agents"),
        }


_FACTS: dict[Proposal.Kind, Callable[[Evidence], Iterator[str]]] = {
    Kind.REORDER: _reorder,
    Kind.FEATURE: _feature,
    Kind.MOVE: _move,
    Kind.COMBINE: _combine,
    Kind.SPLIT: _split,
    Kind.RETIRE: _retire,
    Kind.WRITE: _write,
}


def _n(seen: Evidence, name: str) -> Any:
    return seen.get(name, "–")


def _percent(seen: Evidence, name: str) -> str:
    return f"{100 * float(seen.get(name, 0)):.0f}"
