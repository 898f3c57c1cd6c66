"""A notice is kept with its source, and its passages become drafts, all or none."""

from datetime import date
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Agent, AuditRow, BusinessLine
from bulletins.models import Notice, Passage
from bulletins.services import noticing
from bulletins.services.noticing import Chosen, NoticeKnownError
from faq.models import Entry, EntryState, Source
from faq.services.drafting import Text
from kb.lib.errors import RuleBrokenError
from tests.bulletins.files import NOTICE
from tests.factories import BusinessLineFactory, InformationAdministratorFactory

TITLE = "关于开展信用卡境外消费返现活动的通知"


def writer() -> Agent:
    person: Agent = InformationAdministratorFactory.create()
    return person


def notice_of(by: Agent, title: str = TITLE) -> Notice:
    return noticing.take_in(NOTICE, title=title, by=by)


def chosen(line: BusinessLine, *questions: str) -> list[Chosen]:
    return [Chosen([number], Text(question, line)) for number, question in enumerate(questions, start=4)]


@pytest.mark.django_db
def test_a_notice_is_kept_with_its_source_and_the_act() -> None:
    by = writer()
    notice = noticing.take_in(
        "甲\r\n乙\0 ", title=" 通知\n甲 ", link="https://example.com/a", dated_on=date(2026, 5, 1), by=by
    )
    assert (notice.text, notice.source.title) == ("甲\n乙", "通知 甲")
    assert (notice.source.link, notice.source.dated_on) == ("https://example.com/a", date(2026, 5, 1))
    assert AuditRow.objects.get().act == "notice.taken_in"


@pytest.mark.django_db
def test_the_source_of_an_import_gets_its_text_and_no_second_one() -> None:
    source = Source.objects.create(title=TITLE)
    by = writer()
    notice = notice_of(by)
    assert notice.source == source
    with pytest.raises(NoticeKnownError) as broken:
        notice_of(by)
    assert broken.value.notice == notice
    assert Source.objects.count() == Notice.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "title"),
    [("", "题"), ("文", " "), ("文", "题" * 301), ("文" * 200_001, "题"), ("文\n" * 901, "题")],
)
def test_a_notice_without_title_or_text_or_too_long_is_refused(text: str, title: str) -> None:
    with pytest.raises(RuleBrokenError):
        noticing.take_in(text, title=title, by=writer())
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_every_draft_keeps_the_source_its_paragraphs_and_the_act() -> None:
    by, line = writer(), BusinessLineFactory.create()
    notice = notice_of(by)
    drafts = noticing.make_drafts(notice, chosen(line, "问一", "问二", "问三"), batch=uuid4(), by=by)
    entries = Entry.objects.order_by("pk")
    assert [draft.entry for draft in drafts] == list(entries)
    assert {(entry.state, entry.source) for entry in entries} == {(EntryState.DRAFT, notice.source)}
    assert [passage.paragraphs for passage in Passage.objects.all()] == [[4], [5], [6]]
    rows = AuditRow.objects.filter(act="entry.source_set").order_by("pk")
    assert [(row.subject_id, row.detail["source"]) for row in rows] == [
        (str(entry.pk), notice.source_id) for entry in entries
    ]


@pytest.mark.django_db
def test_one_bad_draft_leaves_none() -> None:
    by, line = writer(), BusinessLineFactory.create()
    notice = notice_of(by)
    bad = [
        chosen(line, "问一", " "),
        [],
        [Chosen([99], Text("问", line))],
        [Chosen([], Text("问", line))],
        chosen(line, "问") * 21,
    ]
    for each in bad:
        with pytest.raises(RuleBrokenError):
            noticing.make_drafts(notice, each, batch=uuid4(), by=by)
    assert not Entry.objects.exists()
    assert not Passage.objects.exists()


@pytest.mark.django_db
def test_a_form_sent_twice_makes_one_set_of_drafts() -> None:
    by, line = writer(), BusinessLineFactory.create()
    notice, other = notice_of(by), notice_of(by, "另一份")
    batch = uuid4()
    first = noticing.make_drafts(notice, chosen(line, "问一", "问二"), batch=batch, by=by)
    assert noticing.make_drafts(notice, chosen(line, "问一", "问二"), batch=batch, by=by) == first
    assert len(noticing.make_drafts(other, chosen(line, "问三"), batch=batch, by=by)) == 1
    assert Entry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_a_form_sent_twice_at_the_same_moment_makes_one_set(monkeypatch: pytest.MonkeyPatch) -> None:
    by, line = writer(), BusinessLineFactory.create()
    notice, batch = notice_of(by), uuid4()
    meet = Barrier(2)
    check = noticing._check_chosen

    def held(notice: Notice, chosen: list[Chosen]) -> None:
        """Both have read that nothing was made, if the lock lets both come here."""
        check(notice, chosen)
        try:
            meet.wait(timeout=0.7)
        except Exception:
            meet.reset()

    monkeypatch.setattr(noticing, "_check_chosen", held)
    errors: list[Exception] = []

    def send() -> None:
        try:
            noticing.make_drafts(notice, chosen(line, "问一"), batch=batch, by=by)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert Entry.objects.count() == 1
