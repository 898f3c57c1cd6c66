"""What came of the proposals that were accepted: where the used match stood, and how long it took."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.charts import Pair, pairs
from reports.figures import JSON
from reports.models import Proposal
from reports.naming import questions
from reports.pictures.picture import Native, Picture
from reports.reading import Reading
from reports.tables import Form, Line, Table, amount, number, text
from reports.written import count, value

MOST_DRAWN = 8


@dataclass(frozen=True)
class Side:
    """Before or after: hits, median rank of the used match and seconds from the first key to its use."""

    hits: int
    rank: float | None
    seconds: float | None


@dataclass(frozen=True)
class Outcome:
    proposal: int
    kind: str
    subject: str
    before: Side
    after: Side
    is_worse: bool

    @property
    def is_measured(self) -> bool:
        return self.before.rank is not None and self.after.rank is not None

    @property
    def is_better(self) -> bool:
        return self.is_measured and (self.after.rank or 0) < (self.before.rank or 0)


def picture(reading: Reading) -> Picture:
    outcomes = all_of(reading)
    measured = [one for one in outcomes if one.is_measured][:MOST_DRAWN]
    axis = _("Median place of the entry that was used; 1 is first")
    return Picture(
        topic=_("What came of accepted proposals"),
        finding=finding(outcomes),
        table=_table(outcomes),
        spec=pairs([_pair(one) for one in measured], axis=axis) if measured else None,
        note=_("Hollow is before, full is after; further left is better.") if measured else "",
        native=Native.BARS if outcomes else Native.NONE,
        charted=(2, 3),
    )


def finding(outcomes: list[Outcome]) -> str:
    if not outcomes:
        return _("No accepted proposal has come to figures yet")
    measured = [one for one in outcomes if one.is_measured or one.is_worse]
    if not measured:
        return _("The accepted proposals were not asked often enough to compare")
    better, worse = sum(one.is_better for one in measured), sum(one.is_worse for one in measured)
    words = {"all": count(len(measured)), "better": count(better), "worse": count(worse)}
    if worse:
        return (
            _("Of %(all)s accepted proposals %(better)s moved their entry up, %(worse)s made it worse")
            % words
        )
    return (
        ngettext(
            "Of %(all)s accepted proposal %(better)s moved its entry up, none made it worse",
            "Of %(all)s accepted proposals %(better)s moved their entry up, none made it worse",
            len(measured),
        )
        % words
    )


def all_of(reading: Reading) -> list[Outcome]:
    """What the reshuffle's own module told when the report was reckoned, under names the reader may read."""
    told = reading.figures.outcomes
    named = questions({entry for one in told for entry in one["entries"][:1]}, reading.reader)
    return [_outcome(one, named) for one in told]


def _outcome(told: JSON, named: dict[int, str]) -> Outcome:
    return Outcome(
        proposal=told["proposal"],
        kind=told["kind"],
        subject=named.get(told["entries"][0], "") if told["entries"] else "",
        before=_side(told["before"]),
        after=_side(told["after"]),
        is_worse=told["is_worse"],
    )


def _side(told: JSON) -> Side:
    return Side(told["hits"], told["median_rank"], told["median_seconds"])


def _kind(kind: str) -> str:
    return str(Proposal.Kind(kind).label) if kind in Proposal.Kind.values else kind


def _pair(one: Outcome) -> Pair:
    words = {
        "kind": _kind(one.kind),
        "subject": one.subject,
        "before": value(one.before.rank, Form.AMOUNT),
        "after": value(one.after.rank, Form.AMOUNT),
    }
    return Pair(
        name=_("%(kind)s: %(subject)s") % words if one.subject else words["kind"],
        before=one.before.rank or 0,
        after=one.after.rank or 0,
        said=f"{words['before']} → {words['after']}",
        label=_("%(kind)s “%(subject)s”: place %(before)s before, %(after)s after") % words,
        address=_address(one),
    )


def _address(one: Outcome) -> str:
    return reverse("reports:proposal", args=[one.proposal])


def _table(outcomes: list[Outcome]) -> Table:
    return Table(
        "outcomes",
        _("Accepted proposals"),
        [
            text(_("Proposal")),
            text(_("Kind")),
            amount(_("Place before")),
            amount(_("Place after")),
            amount(_("Seconds before")),
            amount(_("Seconds after")),
            number(_("Hits before")),
            number(_("Hits after")),
        ],
        [
            Line(
                (
                    one.subject or _kind(one.kind),
                    _kind(one.kind),
                    one.before.rank,
                    one.after.rank,
                    one.before.seconds,
                    one.after.seconds,
                    one.before.hits,
                    one.after.hits,
                ),
                _address(one),
            )
            for one in outcomes
        ],
    )
