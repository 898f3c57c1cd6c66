"""What the rules of the reshuffle read, gathered by a fixed number of queries whatever the house's size.

Figures are those of the report, an entry that was combined into another is not there. Searches, calls and
lines are those of the three months up to the reported one, for one month of a small house says too little.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q, Sum

from accounts import settings
from faq.models import Entry, Feature, Redirect, Revision, SimilarQuestion
from hits import combined, patterns, reads
from hits.models import MonthlyHits
from kb.lib.months import SITE_ZONE, Month
from reports.buckets import ORDER, Bucket
from reports.models import Report, ReportRow
from reports.placing import NOBODY
from reports.rules.base import Known
from reports.rules.likeness import Likeness
from reports.rules.retiring import Lately
from reports.rules.splitting import Said
from reports.rules.writing import Vain
from reports.standing import closed_report, standing
from search.clustering import words_of
from search.models import Gap

MONTHS_LOOKED_AT = 3
FEWEST_CALLS_TOGETHER = 5
FEWEST_CALLS_BESIDE = 2
MOST_PAIRS = 20_000
MOST_WORDINGS_COMPARED = 20
FEWEST_HITS_TO_SPLIT = 30
MOST_ENTRIES_TO_SPLIT = 2_000
MOST_TEXTS_OF_ENTRY = 60
MOST_NEAR = 3
MOST_MONTHS_BACK = 24
VERY_LOW = Bucket.VERY_LOW.value


@dataclass(frozen=True, slots=True)
class Stood:
    """An entry in one month's report, scope "all"."""

    hits: int
    last_hits: int
    bucket: str
    last_bucket: str
    is_new: bool


NOT_YET = Stood(hits=0, last_hits=0, bucket=VERY_LOW, last_bucket="", is_new=True)


@dataclass
class Inputs:
    """Everything of one month, each part read when a rule first asks for it."""

    month: Month
    now: datetime
    entries: list[Known] = field(default_factory=list)
    months_old: dict[int, int] = field(default_factory=dict)
    very_low_months: dict[int, int] = field(default_factory=dict)

    @property
    def starts_at(self) -> datetime:
        return self.month.later(1 - MONTHS_LOOKED_AT).starts_at

    @property
    def ends_at(self) -> datetime:
        return self.month.ends_at

    @cached_property
    def unrestricted(self) -> set[int]:
        return {one.pk for one in self.entries if one.restricted_to is None}

    @cached_property
    def together(self) -> dict[int, dict[int, int]]:
        found: dict[int, dict[int, int]] = {}
        pairs = patterns.opened_together(
            self.starts_at, self.ends_at, calls=FEWEST_CALLS_TOGETHER, most=MOST_PAIRS
        )
        for pair in pairs:
            found.setdefault(pair.one, {})[pair.other] = pair.calls
            found.setdefault(pair.other, {})[pair.one] = pair.calls
        return found

    @cached_property
    def company(self) -> dict[int, dict[int, int]]:
        return patterns.opened_beside_categories(self.starts_at, self.ends_at, calls=FEWEST_CALLS_BESIDE)

    @cached_property
    def opened(self) -> dict[int, int]:
        return patterns.calls_opening(self.together, self.starts_at, self.ends_at)

    @cached_property
    def by_line(self) -> dict[int, dict[int, float]]:
        return patterns.hits_by_asking_line(self.starts_at, self.ends_at)

    @cached_property
    def busiest_day(self) -> dict[int, int]:
        return patterns.busiest_days(self.month.starts_at, self.ends_at)

    @cached_property
    def likeness(self) -> Likeness:
        return Likeness(_with_keywords({one.pk for one in self.entries}), words_of)

    @cached_property
    def featured(self) -> set[tuple[int, int | None]]:
        running = Feature.objects.filter(Q(ends_at=None) | Q(ends_at__gt=self.now))
        return set(running.values_list("entry_id", "line_id"))

    @cached_property
    def said(self) -> dict[int, list[Said]]:
        """What led to the most used entries."""
        used = [one for one in self.entries if one.hits * MONTHS_LOOKED_AT >= FEWEST_HITS_TO_SPLIT]
        most = sorted(used, key=lambda one: (-one.hits, one.pk))[:MOST_ENTRIES_TO_SPLIT]
        found: dict[int, list[Said]] = {}
        for text in patterns.confirmed_texts(
            [one.pk for one in most], self.starts_at, self.ends_at, most=MOST_TEXTS_OF_ENTRY
        ):
            found.setdefault(text.entry_id, []).append(Said(text.text, text.calls))
        return found


def gather(month: Month, now: datetime) -> Inputs:
    """The entries in force now with their figures of the month and the one before."""
    stood, before = stood_in(month, now), stood_in(month.later(-1), now)
    inputs = Inputs(month, now, very_low_months=_very_low_months(month, stood, before))
    gone = Redirect.objects.filter(undone_at=None).values("entry")
    rows = Entry.objects.in_force(now).exclude(pk__in=gone).in_category_order()
    columns = (
        "pk", "line_id", "category_id", "kind", "is_restricted", "concerned_line_ids",
        "published_at", "valid_from", "created_at",
    )  # fmt: skip
    for place, row in enumerate(rows.values_list(*columns).iterator(chunk_size=2_000)):
        pk, line_id, category_id, kind, is_restricted, lines, published_at, valid_from, created_at = row
        figures = stood.get(pk, NOT_YET)
        inputs.entries.append(
            Known(
                pk=pk,
                line_id=line_id,
                category_id=category_id,
                kind=kind,
                place=place,
                hits=figures.hits,
                last_hits=figures.last_hits,
                bucket=figures.bucket,
                last_bucket=figures.last_bucket,
                is_new=figures.is_new,
                restricted_to=frozenset(lines) if is_restricted else None,
            )
        )
        since = max(published_at or created_at, valid_from or created_at)
        inputs.months_old[pk] = _whole_months(since, month.ends_at)
    return inputs


def stood_in(month: Month, now: datetime) -> dict[int, Stood]:
    """By entry: as the closed report has it, else reckoned."""
    report = closed_report(month, None)
    if report is not None:
        rows = ReportRow.objects.filter(report=report).order_by()
        columns = ("entry_id", "hits", "last_hits", "bucket", "last_bucket", "is_new")
        return {pk: Stood(*row) for pk, *row in rows.values_list(*columns).iterator(chunk_size=2_000)}
    found = standing(month, None, values=settings.current(), now=max(now, month.ends_at))
    figures = zip(
        found.hits.tolist(),
        found.last_hits.tolist(),
        (ORDER[place].value for place in found.bucket.tolist()),
        (ORDER[place].value if place != NOBODY else "" for place in found.last.tolist()),
        found.is_new.tolist(),
        strict=True,
    )
    return {pk: Stood(*row) for pk, row in zip(found.entry.tolist(), figures, strict=True)}


def lately(inputs: Inputs) -> list[Lately]:
    """The entries as the rule for retiring reads them, each with what was combined into it."""
    first = reads.first_month()
    last_year = inputs.month.later(-12)
    is_known = first is not None and first <= last_year
    before = dict(combined.month_counts(last_year)) if is_known else {}
    months = MonthlyHits.objects.filter(month__lte=inputs.month.first_day).values("entry_id")
    ever = months.annotate(n=Sum("hits")).values_list("entry_id", "n")
    hits_ever = dict(combined.add_up(ever, combined.in_force(), {}))
    counted = _between(first, inputs.month) + 1 if first else 0
    return [
        Lately(
            pk=one.pk,
            kind=one.kind,
            months_old=inputs.months_old[one.pk],
            very_low_months=inputs.very_low_months.get(one.pk, 0),
            last_year_hits=before.get(one.pk, 0) if is_known else None,
            hits=one.hits,
            hits_ever=hits_ever.get(one.pk, 0),
            months_counted=counted,
            is_new=one.is_new,
        )
        for one in inputs.entries
    ]


def gaps(inputs: Inputs) -> list[Vain]:
    """The open gaps, with whose they may be."""
    rows = list(Gap.objects.filter(state=Gap.State.OPEN).order_by("-calls", "pk"))
    lines = patterns.asking_lines(((gap.key, gap.texts) for gap in rows), inputs.starts_at, inputs.ends_at)
    line_of = {one.pk: one.line_id for one in inputs.entries}
    return [
        Vain(
            key=gap.key,
            keys=tuple(gap.keys),
            wordings=tuple((text, calls) for text, calls in gap.wordings),
            calls=gap.calls,
            agents=gap.agents,
            last_at=gap.last_at,
            by_line=lines.get(gap.key, {}),
            near=_near(gap, inputs, line_of),
        )
        for gap in rows
    ]


def wordings_of(entries: Iterable[int]) -> dict[int, list[str]]:
    """The question of each of these entries, then its similar questions."""
    return dict(_texts(set(entries), most=None))


def declared_of(entries: Iterable[int]) -> dict[int, list[str]]:
    """The same without what was learned from calls, and with the keywords."""
    wanted = set(entries)
    found = dict(_texts(wanted, most=None, is_learned=False))
    for pk, keywords in Entry.objects.filter(pk__in=wanted).values_list("pk", "keywords"):
        found.setdefault(pk, []).extend(keywords)
    return found


def _texts(
    wanted: set[int], most: int | None = MOST_WORDINGS_COMPARED, *, is_learned: bool = True
) -> Iterable[tuple[int, list[str]]]:
    """(entry, its question and similar questions), the two tables read side by side in the order of ids."""
    questions = Revision.objects.filter(live_entry__isnull=False).order_by("live_entry__pk")
    similar = SimilarQuestion.objects.order_by("entry_id", "position", "pk")
    if len(wanted) <= 5_000:
        questions, similar = questions.filter(live_entry__in=wanted), similar.filter(entry__in=wanted)
    if not is_learned:
        similar = similar.exclude(origin=SimilarQuestion.Origin.LEARNED)
    beside = similar.values_list("entry_id", "text").iterator(chunk_size=5_000)
    following = next(beside, None)
    for pk, question in questions.values_list("live_entry__pk", "question").iterator(chunk_size=5_000):
        texts = [question]
        while following is not None and following[0] <= pk:
            if following[0] == pk and (most is None or len(texts) <= most):
                texts.append(following[1])
            following = next(beside, None)
        if pk in wanted:
            yield pk, texts


def _with_keywords(wanted: set[int]) -> Iterable[tuple[int, list[str]]]:
    """Wordings and keywords: what an entry is about."""
    keywords = Entry.objects.filter(live_revision__isnull=False).order_by("pk")
    beside = keywords.values_list("pk", "keywords").iterator(chunk_size=5_000)
    for pk, texts in _texts(wanted):
        words = next((words for other, words in beside if other == pk), [])
        yield pk, [*texts, *words]


def _near(gap: Gap, inputs: Inputs, line_of: dict[int, int]) -> Sequence[tuple[int, int, float]]:
    found = inputs.likeness.nearest_to(gap.texts, 2 * MOST_NEAR)
    open_to_all = [(pk, line_of[pk], cosine) for pk, cosine in found if pk in inputs.unrestricted]
    return open_to_all[:MOST_NEAR]


def _very_low_months(month: Month, stood: dict[int, Stood], before: dict[int, Stood]) -> dict[int, int]:
    """How many months up to this one each entry was very low without a break.

    The last three are known in any case; those before, as far back as months were closed.
    """
    running = {
        pk: 3 if before[pk].last_bucket == VERY_LOW else 2
        for pk, one in stood.items()
        if one.bucket == one.last_bucket == VERY_LOW and pk in before and not one.is_new
    }
    earlier = Report.objects.filter(line=None, month__lt=month.later(-2).first_day).order_by("-month")
    for back, report in enumerate(earlier.only("month")[:MOST_MONTHS_BACK], start=3):
        still = {pk for pk, number in running.items() if number == back}
        if not still or report.month != month.later(-back).first_day:
            break
        rows = ReportRow.objects.filter(report=report, bucket=VERY_LOW, is_new=False).order_by()
        for pk in rows.values_list("entry_id", flat=True):
            if pk in still:
                running[pk] = back + 1
    return running


def _whole_months(since: datetime, until: datetime) -> int:
    """The whole months between two moments, by the site's calendar."""
    begin, end = since.astimezone(SITE_ZONE), (until - timedelta(microseconds=1)).astimezone(SITE_ZONE)
    months = (end.year - begin.year) * 12 + end.month - begin.month
    return months - (begin.replace(year=2000, month=1) > end.replace(year=2000, month=1))


def _between(first: Month, last: Month) -> int:
    return (last.year - first.year) * 12 + last.number - first.number
