"""Gaps are found in what callers asked in vain, and stay away once somebody has decided on them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts import settings
from accounts.models import Agent, AuditRow
from faq.models import Entry, EntryState, SimilarQuestion
from faq.services import drafting, publishing
from hits.loading import EventRow, load_events
from hits.models import SearchLog
from kb.lib.errors import RuleBrokenError
from search import gaps, tasks
from search.models import Gap
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    SystemAdministratorFactory,
    WithdrawnEntryFactory,
)
from tests.hits.test_attempts import call_of
from tests.hits.test_confirmed import searched

pytestmark = pytest.mark.django_db
EARLIER = timezone.now() - timedelta(days=5)
LATER = timezone.now() - timedelta(hours=2)


@pytest.fixture(autouse=True)
def entry() -> Entry:
    found: Entry = PublishedEntryFactory.create(question="信用卡丢了怎么挂失")
    return found


@pytest.fixture
def agent() -> Agent:
    person: Agent = AgentFactory.create()
    return person


@pytest.fixture
def keeper() -> Agent:
    person: Agent = InformationAdministratorFactory.create()
    return person


def in_vain(person: Agent, *texts: str, calls: int = 2, at: datetime = EARLIER) -> None:
    """In so many calls these were typed one after the other, and nothing came of it."""
    for _ in range(calls):
        call_of(person, [(number * 10.0, text) for number, text in enumerate(texts)], at=at)


def open_gaps() -> list[str]:
    return list(Gap.objects.filter(state=Gap.State.OPEN).values_list("wording", flat=True))


def only_gap() -> Gap:
    gaps.refresh()
    return Gap.objects.get(state=Gap.State.OPEN)


def test_wordings_of_one_question_are_one_gap_with_its_calls(agent: Agent) -> None:
    in_vain(agent, "保管箱怎么租", calls=3)
    in_vain(AgentFactory.create(), "租保管箱", calls=2, at=LATER)
    in_vain(agent, "外国硬币", calls=1)
    gap = only_gap()
    assert (gap.wording, gap.texts) == ("保管箱怎么租", ["保管箱怎么租", "租保管箱"])
    assert (gap.calls, gap.agents, gap.last_at) == (5, 2, LATER)


def test_a_call_that_gave_up_twice_is_one_call(agent: Agent) -> None:
    for _ in range(2):
        call_of(agent, [(0, "保管箱怎么租"), (100, "租保管箱")], at=EARLIER)
    assert only_gap().calls == 2


def test_other_words_tried_in_the_same_attempts_belong_to_it(agent: Agent) -> None:
    in_vain(agent, "大字版在哪", "手机银行长辈模式", calls=3)
    in_vain(agent, "大字版在哪", calls=2)
    assert only_gap().texts == ["手机银行长辈模式", "大字版在哪"]


def test_the_numbers_of_callers_are_left_out(agent: Agent) -> None:
    in_vain(agent, "保管箱怎么租 ************6452", "保管箱怎么租 ************1071")
    assert only_gap().texts == ["保管箱怎么租"]


def test_only_attempts_of_agents_make_gaps_and_only_as_long_as_texts_are_kept(agent: Agent) -> None:
    in_vain(SupervisorFactory.create(), "保管箱怎么租")
    settings.change("search_text_months", 2, by=SystemAdministratorFactory.create())
    in_vain(agent, "外国硬币", at=timezone.now() - timedelta(days=70))
    assert gaps.refresh() == 0


def test_every_night_again_changes_nothing_and_figures_follow(agent: Agent) -> None:
    in_vain(agent, "保管箱怎么租")
    gap = only_gap()
    gaps.refresh()
    assert only_gap() == gap
    in_vain(agent, "保管箱怎么租", at=LATER)
    gap = only_gap()
    assert (gap.calls, gap.last_at) == (4, LATER)


def test_a_hit_that_comes_late_takes_the_attempt_back(agent: Agent) -> None:
    in_vain(agent, "保管箱怎么租", calls=1)
    call_id = call_of(agent, [(0, "保管箱怎么租")], at=EARLIER)
    assert gaps.refresh() == 1
    search = SearchLog.objects.get(call_id=call_id)
    late = EventRow(uuid4(), LATER, agent.pk, 7, 1, "dwelled", call_id, search_id=search.pk)
    load_events([late])
    assert gaps.refresh() == 0
    assert not Gap.objects.exists()


def test_what_was_confirmed_since_is_no_gap_and_what_is_given_up_again_is(agent: Agent) -> None:
    in_vain(agent, "保管箱怎么租")
    searched("保管箱 怎么租？", 7, agent=agent, at=EARLIER + timedelta(days=1))
    assert gaps.refresh() == 0
    in_vain(agent, "保管箱怎么租", at=LATER)
    assert only_gap().calls == 2


def test_what_an_entry_in_force_says_since_is_no_gap(agent: Agent) -> None:
    in_vain(agent, "保管箱怎么租")
    in_vain(agent, "外国硬币")
    gaps.refresh()
    WithdrawnEntryFactory.create(question="外国硬币")
    entry = PublishedEntryFactory.create(question="保管箱怎么租？")
    assert gaps.refresh() == 1
    assert open_gaps() == ["外国硬币"]
    SimilarQuestion.objects.create(entry=entry, text="外国硬币")
    assert gaps.refresh() == 0


def test_what_is_ignored_stays_ignored_with_what_is_almost_the_same(agent: Agent, keeper: Agent) -> None:
    in_vain(agent, "保管箱怎么租")
    gaps.ignore(only_gap(), by=keeper)
    in_vain(agent, "保管箱怎么租", calls=9, at=LATER)
    in_vain(agent, "保管箱咋租", at=LATER)
    assert gaps.refresh() == 0
    in_vain(agent, "保管箱钥匙丢了要赔多少钱", at=LATER)
    assert only_gap().wording == "保管箱钥匙丢了要赔多少钱"
    row = AuditRow.objects.get(act="gap.ignored")
    assert (row.actor, row.detail) == (keeper, {"wording": "保管箱怎么租", "calls": 2})


def test_of_what_is_ignored_also_those_wordings_stay_away_that_are_not_shown(
    agent: Agent, keeper: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaps, "MOST_WORDINGS_SHOWN", 1)
    in_vain(agent, "大字版在哪", "手机银行长辈模式", calls=3)
    in_vain(agent, "大字版在哪", calls=2)
    gap = only_gap()
    assert gap.texts == ["手机银行长辈模式"]
    gaps.ignore(gap, by=keeper)
    assert gaps.refresh() == 0


def test_added_to_an_entry_its_wordings_are_similar_questions(
    agent: Agent, keeper: Agent, entry: Entry
) -> None:
    in_vain(agent, "卡被偷了咋整", calls=3)
    in_vain(agent, "偷了卡咋整")
    gap = only_gap()
    gaps.add_to(gap, entry, [gap.texts[0], "不是它的"], by=keeper)
    added = entry.similar_questions.get()
    assert (added.text, added.added_by) == ("卡被偷了咋整", keeper)
    assert added.origin == SimilarQuestion.Origin.LEARNED
    gap.refresh_from_db()
    assert (gap.state, gap.entry, gap.decided_by) == (Gap.State.TAKEN, entry, keeper)
    assert AuditRow.objects.get(act="similar_question.added").detail == {
        "texts": ["卡被偷了咋整"],
        "gap": gap.pk,
    }
    assert gaps.refresh() == 0


def test_what_is_given_up_again_after_it_was_added_is_a_gap_again(
    agent: Agent, keeper: Agent, entry: Entry
) -> None:
    in_vain(agent, "卡被偷了咋整", calls=3)
    in_vain(agent, "偷了卡咋整")
    gap = only_gap()
    gaps.add_to(gap, entry, ["卡被偷了咋整"], by=keeper)
    Gap.objects.update(decided_at=EARLIER + timedelta(days=1))
    Entry.objects.update(published_at=EARLIER)
    in_vain(agent, "偷了卡咋整", at=LATER)
    assert only_gap().texts == ["偷了卡咋整"]


def test_a_written_entry_begins_with_its_question_and_keeps_the_gap_away(agent: Agent, keeper: Agent) -> None:
    in_vain(agent, "保管箱怎么租", calls=3)
    in_vain(agent, "租保管箱")
    line = BusinessLineFactory.create()
    gap = only_gap()
    entry = gaps.write_entry(gap, "怎么租保管箱", gap.texts, line=line, by=keeper)
    draft = entry.revisions.get()
    assert (draft.question, draft.line, entry.state) == ("怎么租保管箱", line, EntryState.DRAFT)
    assert set(entry.similar_questions.values_list("text", flat=True)) == {"保管箱怎么租", "租保管箱"}
    in_vain(agent, "保管箱怎么租", at=LATER)
    assert gaps.refresh() == 0
    publishing.publish(draft, by=keeper)
    assert gaps.refresh() == 0


def test_a_gap_is_decided_on_once(agent: Agent, keeper: Agent, entry: Entry) -> None:
    in_vain(agent, "保管箱怎么租")
    gap = only_gap()
    gaps.ignore(gap, by=keeper)
    for act in (
        lambda: gaps.ignore(gap, by=keeper),
        lambda: gaps.add_to(gap, entry, gap.texts, by=keeper),
        lambda: gaps.write_entry(gap, "怎么租", gap.texts, line=entry.line, by=keeper),
    ):
        with pytest.raises(RuleBrokenError, match="已有人处理"):
            act()
    assert not SimilarQuestion.objects.exists()
    assert Entry.objects.count() == 1


def test_nothing_is_done_without_a_wording_a_question_or_an_entry_in_use(agent: Agent, keeper: Agent) -> None:
    in_vain(agent, "保管箱怎么租")
    gap = only_gap()
    gone: Any = WithdrawnEntryFactory.create()
    with pytest.raises(RuleBrokenError, match="至少"):
        gaps.add_to(gap, gone, [], by=keeper)
    with pytest.raises(RuleBrokenError, match="停用"):
        gaps.add_to(gap, gone, gap.texts, by=keeper)
    with pytest.raises(RuleBrokenError, match="标准问题"):
        gaps.write_entry(gap, " ", gap.texts, line=gone.line, by=keeper)
    gap.refresh_from_db()
    assert gap.state == Gap.State.OPEN


def test_what_is_decided_while_the_night_job_looks_is_not_opened_again(
    agent: Agent, keeper: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_vain(agent, "保管箱怎么租")
    gap = only_gap()
    look = gaps._gaps

    def decide_meanwhile(*args: Any) -> Any:
        found = look(*args)
        gaps.ignore(gap, by=keeper)
        return found

    monkeypatch.setattr(gaps, "_gaps", decide_meanwhile)
    assert gaps.refresh() == 0


def test_the_worker_may_do_it(agent: Agent) -> None:
    in_vain(agent, "保管箱怎么租")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")
    assert tasks.find_gaps(0) == 1
    assert tasks.find_gaps(0) == 1


def test_a_gap_comes_back_when_the_draft_that_would_answer_it_is_given_up(
    agent: Agent, keeper: Agent
) -> None:
    in_vain(agent, "保管箱怎么租", calls=3)
    entry = gaps.write_entry(only_gap(), "怎么租保管箱", [], line=BusinessLineFactory.create(), by=keeper)
    drafting.discard(entry.revisions.get(), by=keeper)
    assert only_gap().wording == "保管箱怎么租"
