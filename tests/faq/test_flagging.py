"""A flag is a task until it is answered, and who raised it hears the answer."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Agent, AuditRow, BusinessLine
from courier.models import Notification
from faq.models import Entry, Flag, FlagReason, Revision
from faq.services import drafting, flagging, publishing
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create()


@pytest.fixture
def entry(line: BusinessLine) -> Entry:
    return PublishedEntryFactory.create(question="挂失手续费多少", line=line)


@pytest.fixture
def expert(line: BusinessLine) -> Agent:
    return BusinessExpertFactory.create(lines=[line])


def flagged(entry: Entry, **more: Any) -> Flag:
    agent = more.pop("by", None) or AgentFactory.create()
    return flagging.raise_flag(entry, by=agent, reason=FlagReason.WRONG, **more)


def test_the_owning_line_and_the_information_administrators_are_told(entry: Entry, expert: Agent) -> None:
    keeper = InformationAdministratorFactory.create()
    stranger = BusinessExpertFactory.create(lines=[BusinessLineFactory.create()])
    flag = flagged(entry)
    told = {row.person for row in Notification.objects.filter(key=f"flag-{flag.pk}-raised")}
    assert {keeper, expert} <= told
    assert stranger not in told
    assert flag.raised_by not in told


@pytest.mark.parametrize("is_restricted", [False, True])
def test_who_is_told_is_who_may_work_it_off(entry: Entry, expert: Agent, *, is_restricted: bool) -> None:
    Entry.objects.filter(pk=entry.pk).update(is_restricted=is_restricted)
    entry.refresh_from_db()
    other = BusinessLineFactory.create()
    people = [
        expert,
        BusinessExpertFactory.create(lines=[other]),
        InformationAdministratorFactory.create(),
        InformationAdministratorFactory.create(lines=[entry.line]),
        CallCentreExpertFactory.create(lines=[entry.line]),
        AgentFactory.create(lines=[entry.line]),
        SupervisorFactory.create(),
        BusinessExpertFactory.create(lines=[entry.line], is_active=False),
    ]
    flag = flagged(entry)
    workers = set(flagging.workers_on(entry))
    for person in people:
        assert (person in workers) == Flag.objects.worked_off_by(person).filter(pk=flag.pk).exists()


def test_one_person_takes_it_on(entry: Entry, expert: Agent) -> None:
    flag = flagged(entry)
    flagging.take_on(flag, by=expert)
    assert flagging.take_on(flag, by=expert).owner == expert
    with pytest.raises(RuleBrokenError, match=str(expert)):
        flagging.take_on(flag, by=InformationAdministratorFactory.create())
    assert AuditRow.objects.filter(act="flag.taken_on").count() == 1


def test_an_answer_reaches_the_agent(entry: Entry, expert: Agent) -> None:
    flag = flagged(entry)
    flagging.answer(flag, by=expert, text=" 已核实，费用没有变。 ")
    flag.refresh_from_db()
    assert (flag.answer, flag.answered_by) == ("已核实，费用没有变。", expert)
    told = Notification.objects.get(person=flag.raised_by)
    assert "已核实" in told.text
    assert "挂失手续费多少" in told.text
    assert told.address == "/knowledge/flags/mine/"


def test_the_answer_about_an_entry_that_was_closed_to_the_agent_does_not_name_it(
    entry: Entry, expert: Agent
) -> None:
    flag = flagged(entry)
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    flagging.answer(flag, by=expert, text="已核实")
    assert "挂失手续费多少" not in Notification.objects.get(person=flag.raised_by).text


@pytest.mark.parametrize("text", ["", "  ", "长" * 1001])
def test_an_answer_has_words_and_an_end(entry: Entry, expert: Agent, text: str) -> None:
    flag = flagged(entry)
    with pytest.raises(RuleBrokenError):
        flagging.answer(flag, by=expert, text=text)
    assert not Notification.objects.filter(person=flag.raised_by).exists()


def test_strangers_neither_take_nor_answer_nor_fix(entry: Entry) -> None:
    flag = flagged(entry)
    stranger = BusinessExpertFactory.create(lines=[BusinessLineFactory.create()])
    acts = (
        lambda: flagging.take_on(flag, by=stranger),
        lambda: flagging.answer(flag, by=stranger, text="好"),
        lambda: flagging.begin_fix(flag, by=stranger),
    )
    for act in acts:
        with pytest.raises(RuleBrokenError):
            act()
    assert not Revision.objects.filter(entry=entry, number=2).exists()


def test_a_correction_answers_the_flag_when_it_comes_out(entry: Entry, expert: Agent) -> None:
    flag, other = flagged(entry), flagged(entry)
    draft = flagging.begin_fix(flag, by=expert)
    assert flagging.begin_fix(flag, by=expert) == draft
    drafting.save_draft(draft, drafting.Text("挂失手续费是多少", entry.line), by=expert)
    flag.refresh_from_db()
    assert (flag.owner, flag.answered_at) == (expert, None)
    publishing.publish(draft, by=expert)
    flag.refresh_from_db()
    other.refresh_from_db()
    assert flag.answered_at is not None
    assert other.answered_at is None
    assert Notification.objects.filter(person=flag.raised_by, key=f"flag-{flag.pk}-answered").count() == 1


def test_another_change_of_the_entry_answers_nothing(entry: Entry, expert: Agent) -> None:
    flag = flagged(entry)
    flagging.begin_fix(flag, by=expert)
    publishing.withdraw(entry, by=expert, reason="停办")
    flag.refresh_from_db()
    assert flag.answered_at is None


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_the_same_moment_one_is_given() -> None:
    entry = PublishedEntryFactory.create()
    flag = flagged(entry)
    workers = [InformationAdministratorFactory.create() for _ in range(2)]
    refused: list[str] = []
    second_waits = threading.Event()

    def late() -> None:
        second_waits.set()
        try:
            flagging.answer(flag, by=workers[1], text="第二个")
        except RuleBrokenError as broken:
            refused.append(str(broken))
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    with transaction.atomic():
        flagging.answer(flag, by=workers[0], text="第一个")
        thread.start()
        second_waits.wait(5)
        thread.join(0.5)  # it is held at the lock
        assert thread.is_alive()
    thread.join(10)
    flag.refresh_from_db()
    assert (flag.answer, len(refused)) == ("第一个", 1)
