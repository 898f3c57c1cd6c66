"""What the rules are given: texts, what was learned, what was never counted, what the searches were."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from faq.models import Redirect, SimilarQuestion
from hits.models import MonthlyHits
from kb.lib.months import SITE_ZONE, Month
from reports import proposal_inputs, reshuffle
from reports.models import Report, ReportRow
from reports.rules.base import Suggestion
from search.models import Gap
from tests.factories import AgentFactory, BusinessLineFactory
from tests.hits.test_confirmed import searched
from tests.reports.making import old_entry

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 3, 9, tzinfo=SITE_ZONE)


def similar(entry: Any, text: str, origin: str = "person") -> None:
    SimilarQuestion.objects.create(entry=entry, text=text, position=9, origin=origin)


def test_wordings_begin_with_the_question_and_declared_ones_are_not_learned() -> None:
    first = old_entry(question="怎么挂失", similar_questions=["卡丢了"], keywords=["挂失"])
    second = old_entry(question="怎么还款", similar_questions=["还钱", "还信用卡"])
    third = old_entry(question="怎么开户")
    similar(first, "挂失电话", "learned")
    similar(third, "开张卡")
    assert proposal_inputs.wordings_of([first.pk, third.pk]) == {
        first.pk: ["怎么挂失", "卡丢了", "挂失电话"],
        third.pk: ["怎么开户", "开张卡"],
    }
    assert proposal_inputs.declared_of([first.pk, second.pk]) == {
        first.pk: ["怎么挂失", "卡丢了", "挂失"],
        second.pk: ["怎么还款", "还钱", "还信用卡"],
    }
    inputs = proposal_inputs.gather(OCTOBER, NOW)
    assert all(one.pk in inputs.likeness for one in inputs.entries)
    assert inputs.likeness.nearest_to(["挂失"], 1)[0][0] == first.pk


def counted(entry: Any, hits: int, month: Month) -> None:
    MonthlyHits.objects.create(entry=entry, line_id=entry.line_id, month=month.first_day, hits=hits)


def closed(month: Month, *rows: tuple[Any, str]) -> None:
    report = Report.objects.create(
        month=month.first_day, settings={}, figures={}, sha256="0", upto_xid="0", upto_seq=0, closed_at=NOW
    )
    for place, (entry, bucket) in enumerate(rows, start=1):
        ReportRow.objects.create(
            report=report, place=place, entry_id=entry.pk, question="", line_id=entry.line_id, kind="faq",
            hits=0, last_hits=0, bucket=bucket, last_bucket=bucket,
        )  # fmt: skip


def test_months_very_low_are_those_without_a_break_as_far_as_months_are_closed() -> None:
    always, once, seldom = old_entry(), old_entry(), old_entry()
    for back in range(5):
        bucket = "low" if back == 3 else "very_low"
        closed(OCTOBER.later(-back), (always, "very_low"), (once, bucket), (seldom, "low"))
    running = {one.pk: one.very_low_months for one in _lately()}
    assert running == {always.pk: 5, once.pk: 3, seldom.pk: 0}


def _lately() -> list[Any]:
    return proposal_inputs.lately(proposal_inputs.gather(OCTOBER, NOW))


def test_last_year_is_unknown_before_anything_was_counted() -> None:
    asked, other = old_entry(), old_entry()
    counted(asked, 3, OCTOBER.later(-11))
    lately = {one.pk: one for one in _lately()}
    assert (lately[asked.pk].last_year_hits, lately[asked.pk].hits_ever) == (None, 3)
    assert (lately[other.pk].months_counted, lately[other.pk].months_old) == (12, 21)
    counted(asked, 2, OCTOBER.later(-12))
    lately = {one.pk: one for one in _lately()}
    assert [lately[entry.pk].last_year_hits for entry in (asked, other)] == [2, 0]
    Redirect.objects.create(entry=asked, into=other, made_by=AgentFactory.create())
    (stays,) = _lately()
    assert (stays.pk, stays.last_year_hits, stays.hits_ever) == (other.pk, 2, 5)


def test_the_nearest_entries_of_a_gap_are_never_restricted_ones() -> None:
    line = BusinessLineFactory.create()
    old_entry(question="大字版手机银行", line=line, is_restricted=True)
    shown = old_entry(question="手机银行怎么登录", line=line)
    Gap.objects.create(
        key="k", wording="大字版手机银行在哪", keys=["k"], wordings=[["大字版手机银行在哪", 9]], calls=9,
        agents=4, last_at=timezone.now(),
    )  # fmt: skip
    (gap,) = proposal_inputs.gaps(proposal_inputs.gather(OCTOBER, NOW))
    assert [entry for entry, _line, _cosine in gap.near] == [shown.pk]


def test_searches_of_a_restricted_entry_stand_with_proposals_about_it_only() -> None:
    secret, plain = old_entry(is_restricted=True), old_entry()
    for entry, text in ((secret, "私募冷静期"), (plain, "怎么挂失")):
        searched(text, entry.pk, at=OCTOBER.starts_at)
    inputs = proposal_inputs.gather(OCTOBER, NOW)
    rows = [{"entry": one.pk, "hits": 9} for one in (inputs.entries[0], inputs.entries[0], secret, plain)]
    order = {"order": [secret.pk, plain.pk]}
    about = [
        Suggestion("reorder", "reorder:1", 9, order, {"order": rows}),
        Suggestion("retire", f"retire:{secret.pk}", 3, {}, {}, entry=secret.pk),
        Suggestion("split", "split:1", 3, {}, {"first": []}, entry=secret.pk),
    ]
    found = [one.evidence.get("found_by") for one in reshuffle.with_searches(about, inputs)]
    assert found == [
        [{"entry": plain.pk, "searches": [["怎么挂失", 1]]}],
        [{"entry": secret.pk, "searches": [["私募冷静期", 1]]}],
        None,
    ]
