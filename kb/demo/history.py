"""Gives the imported entries their past: who signed when, what stood there before, who flagged what."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from accounts.models import Agent, BusinessLine
from faq.models import (
    Entry,
    Feature,
    Flag,
    FlagReason,
    Revision,
    RevisionState,
    Seat,
    Significance,
    SignOff,
    SimilarQuestion,
    Verdict,
)
from faq.services import publishing
from kb.demo.house import House
from kb.demo.story import REASON_FOR_WITHDRAWING, Story

INTERNAL = "> 内部"
BATCH = 500

# Entry, line of the list it is on (none is everybody's).
FEATURES = [
    ("demo-cc-031", None),
    ("demo-eb-038", None),
    ("demo-eb-008", None),
    ("demo-cc-008", "CREDITCARD"),
    ("demo-pb-024", "PERSONAL"),
    ("demo-eb-029", "EBANK"),
    ("demo-eb-056", "LOAN"),
]
# Entry, reason, what the agent wrote, days ago, the answer to it.
FLAGS = [
    ("demo-cc-017", FlagReason.OUTDATED, "24期利率和手机银行页面上显示的不一样", 2, ""),
    ("demo-eb-009", FlagReason.MISSING_STEP, "新版APP里入口改到“我的—安全”了，少一步", 1, ""),
    ("demo-pb-032", FlagReason.UNCLEAR, "客户问要带哪些用途证明，没有举例", 4, ""),
    ("demo-eb-072", FlagReason.OUTDATED, "本市首付比例上周调整了", 6, ""),
    ("demo-wm-005", FlagReason.WRONG, "日日清普通赎回当天就到账，不是T+1", 3, ""),
    ("demo-pb-036", FlagReason.WRONG, "", 8, ""),
    ("demo-cc-028", FlagReason.UNCLEAR, "扫码付款算不算笔数？", 30, "算，已在话术里写明。"),
    ("demo-cb-016", FlagReason.MISSING_STEP, "没写节假日", 41, "已补上周末和长假的安排。"),
]


def tell(stories: Mapping[str, Story], house: House, now: datetime, rng: random.Random) -> dict[str, Entry]:
    """Carry the stories into the rows of the entries just published, and return these by external id."""
    entries = {
        entry.external_id: entry
        for entry in Entry.objects.filter(external_id__in=stories)
        .select_related("live_revision")
        .prefetch_related("live_revision__lines_concerned")
    }
    _withdraw(entries, stories, house)
    for key, story in stories.items():
        _backdate(entries[key], story)
    Entry.objects.bulk_update(
        entries.values(), ["created_at", "published_at", "changed_at", "withdrawn_at", "is_unsigned"], BATCH
    )
    live = [_live(entry) for entry in entries.values()]
    Revision.objects.bulk_update(live, ["number", "created_at", "changed_at", "published_at"], BATCH)
    _keep_first_texts(entries, stories, house)
    signed = [key for key, story in stories.items() if story.is_signed]
    SignOff.objects.bulk_create(
        [
            row
            for key in signed
            for row in _sign_offs(_live(entries[key]), stories[key].live_since, house, rng)
        ]
    )
    _backdate_wordings(entries)
    _feature(entries, house, now)
    _flag(entries, house, now, rng)
    return entries


def _live(entry: Entry) -> Revision:
    assert entry.live_revision is not None  # noqa: S101  it was just published
    return entry.live_revision


def _withdraw(entries: Mapping[str, Entry], stories: Mapping[str, Story], house: House) -> None:
    for key, story in stories.items():
        if story.withdrawn_at:
            entry = publishing.withdraw(
                entries[key], by=house.accounts["info"], reason=REASON_FOR_WITHDRAWING
            )
            entries[key].state = entry.state


def _backdate(entry: Entry, story: Story) -> None:
    live = _live(entry)
    entry.created_at = story.published_at - timedelta(days=2, hours=3)
    entry.published_at = story.published_at
    entry.withdrawn_at = story.withdrawn_at
    entry.changed_at = story.withdrawn_at or story.live_since
    entry.is_unsigned = not story.is_signed
    live.number = 2 if story.revised_at else 1
    live.created_at = live.changed_at = story.live_since - timedelta(days=1, hours=20)
    live.published_at = story.live_since


def _keep_first_texts(entries: Mapping[str, Entry], stories: Mapping[str, Story], house: House) -> None:
    """What agents read before a revision: the same without its last addition."""
    older = [
        _first_text(_live(entries[key]), story, house)
        for key, story in stories.items()
        if story.revised_at is not None
    ]
    Revision.objects.bulk_create(older, batch_size=BATCH)
    through = Revision.lines_concerned.through
    through.objects.bulk_create(
        through(revision_id=revision.pk, businessline_id=line.pk)
        for revision in older
        for line in _live(entries[str(revision.entry.external_id)]).lines_concerned.all()
    )
    authors = Revision.authors.through
    authors.objects.bulk_create(
        authors(revision_id=revision.pk, agent_id=house.accounts["info"].pk) for revision in older
    )


def _first_text(live: Revision, story: Story, house: House) -> Revision:
    answer, mark, _ = live.answer.partition(f"\n\n{INTERNAL}")
    return Revision(
        entry=live.entry,
        number=1,
        state=RevisionState.SUPERSEDED,
        significance=Significance.MAJOR,
        kind=live.kind,
        line_id=live.line_id,
        question=live.question,
        key_points=live.key_points if mark else live.key_points[:-1],
        answer=answer,
        script=live.script,
        created_by=house.accounts["info"],
        created_at=story.published_at - timedelta(days=2),
        changed_at=story.published_at - timedelta(days=2),
        published_at=story.published_at,
        superseded_at=story.live_since,
    )


def _sign_offs(revision: Revision, at: datetime, house: House, rng: random.Random) -> Iterator[SignOff]:
    """The lines' seats first, the call centre's last; with that the text was published."""
    codes = {line.pk: code for code, line in house.lines.items()}
    for line_id in [revision.line_id, *(line.pk for line in revision.lines_concerned.all())]:
        before = timedelta(hours=rng.uniform(1, 30))
        yield _approval(
            revision, house.line_experts[codes[line_id]], at - before, house.lines[codes[line_id]]
        )
    yield _approval(revision, rng.choice(house.call_centre_experts), at, None)


def _approval(revision: Revision, reviewer: Agent, at: datetime, line: BusinessLine | None) -> SignOff:
    return SignOff(
        revision=revision,
        seat=Seat.LINE if line else Seat.CALL_CENTRE,
        line=line,
        reviewer=reviewer,
        verdict=Verdict.APPROVED,
        signed_at=at,
    )


def _backdate_wordings(entries: Mapping[str, Entry]) -> None:
    own = Entry.objects.filter(pk=OuterRef("entry")).values("published_at")
    wordings = SimilarQuestion.objects.filter(entry__in=[entry.pk for entry in entries.values()])
    wordings.update(added_at=Subquery(own))


def _feature(entries: Mapping[str, Entry], house: House, now: datetime) -> None:
    Feature.objects.bulk_create(
        Feature(
            entry=entries[key],
            line=house.lines[code] if code else None,
            position=place,
            starts_at=now - timedelta(days=9),
            featured_by=house.accounts["supervisor"],
        )
        for place, (key, code) in enumerate(FEATURES, start=1)
    )


def _flag(entries: Mapping[str, Entry], house: House, now: datetime, rng: random.Random) -> None:
    agents = list(house.agents.values())
    Flag.objects.bulk_create(
        Flag(
            entry=entries[key],
            reason=reason,
            text=text,
            raised_by=rng.choice(agents),
            raised_at=now - timedelta(days=days, hours=rng.uniform(0, 6)),
            answer=answer,
            answered_by=house.accounts["info"] if answer else None,
            answered_at=now - timedelta(days=days - 2) if answer else None,
        )
        for key, reason, text, days, answer in FLAGS
    )
