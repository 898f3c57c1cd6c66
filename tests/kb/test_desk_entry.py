"""The opened entry: who sees it, as a piece and as a page, and what of it may be copied."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent
from faq.models import Entry, Flag, FlagReason, SimilarQuestion
from faq.presenting import KeyPoint, blocks, key_points
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db
DESK = {"X-Wenqu-Desk": "1"}


@pytest.fixture
def agent(client: Client) -> Agent:
    person: Agent = AgentFactory.create()
    client.force_login(person)
    return person


def address(entry: Entry) -> str:
    return reverse("entry-detail", args=[entry.pk])


def test_the_desk_gets_the_piece_and_everybody_else_a_page(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create(question="信用卡丢了怎么挂失")
    piece = client.get(address(entry), headers=DESK)
    page = client.get(address(entry))
    assert piece.content.decode().lstrip().startswith("<article")
    assert "<!doctype html>" in page.content.decode()
    assert "信用卡丢了怎么挂失" in piece.content.decode()
    assert "信用卡丢了怎么挂失" in page.content.decode()
    assert "X-Wenqu-Desk" in page.headers["Vary"]


def test_a_stranger_cannot_tell_that_there_is_something(client: Client, agent: Agent) -> None:
    now = timezone.now()
    restricted = PublishedEntryFactory.create()
    Entry.objects.filter(pk=restricted.pk).update(is_restricted=True)
    hidden = [
        restricted,
        DraftEntryFactory.create(),
        WithdrawnEntryFactory.create(),
        PublishedEntryFactory.create(valid_from=now + timedelta(hours=1)),
        PublishedEntryFactory.create(
            valid_from=now - timedelta(hours=2), valid_until=now - timedelta(hours=1)
        ),
    ]
    bodies = set()
    for target in [*map(address, hidden), reverse("entry-detail", args=[999_999])]:
        answer = client.get(target, headers=DESK)
        assert answer.status_code == 404
        bodies.add(
            re.sub(
                r'(csrfmiddlewaretoken" value="\w+)|(data-after="[\d:,]+)|(/entries/\d+/)',
                "",
                answer.content.decode(),
            )
        )
    assert len(bodies) == 1


def test_people_of_its_lines_read_a_restricted_entry(client: Client) -> None:
    line = BusinessLineFactory.create()
    entry = PublishedEntryFactory.create(line=line)
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    client.force_login(AgentFactory.create(lines=[line]))
    assert client.get(address(entry)).status_code == 200


def test_supervisors_read_what_is_withdrawn_and_are_told_so(client: Client) -> None:
    client.force_login(SupervisorFactory.create())
    page = client.get(address(WithdrawnEntryFactory.create()), headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert 'class="state bad"' in page.content.decode()


def test_a_log_in_is_needed(client: Client) -> None:
    assert client.get(address(PublishedEntryFactory.create())).status_code == 302


def test_it_is_only_read(client: Client, agent: Agent) -> None:
    assert client.post(address(PublishedEntryFactory.create())).status_code == 405


def test_internal_paragraphs_are_marked_and_stay_out_of_the_copy(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create(
        script="您的卡已经挂失。\n\n内部：先核身。", answer="即时生效。\n\n> 内部：投诉转二线。"
    )
    html = client.get(address(entry), headers=DESK).content.decode()
    assert html.count('class="internal"') == 2
    assert 'data-copy="您的卡已经挂失。"' in html
    assert "内部：" not in html


def test_nothing_in_a_text_becomes_markup_of_its_own(client: Client, agent: Agent) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    entry = PublishedEntryFactory.create(
        question=f"挂失{evil}",
        key_points=[evil],
        script=f"{evil} {{{evil}}}",
        answer=f"内部：{evil}\n\n{evil}",
    )
    html = client.get(address(entry), headers=DESK).content.decode()
    assert "<script" not in html
    assert "<img" not in html


def test_it_says_when_somebody_is_looking_into_a_flag(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    before = client.get(address(entry), headers=DESK).content.decode()
    Flag.objects.create(entry=entry, reason=FlagReason.WRONG, raised_by=agent)
    after = client.get(address(entry), headers=DESK).content.decode()
    assert "state warn" not in before
    assert "state warn" in after


def test_only_related_entries_that_can_be_opened_are_offered(client: Client, agent: Agent) -> None:
    entry, seen, gone = (
        PublishedEntryFactory.create(),
        PublishedEntryFactory.create(),
        WithdrawnEntryFactory.create(),
    )
    entry.related.set([seen, gone])
    html = client.get(address(entry), headers=DESK).content.decode()
    assert f'data-open="{seen.pk}"' in html
    assert f'data-open="{gone.pk}"' not in html


def test_the_number_of_queries_does_not_grow_with_rows(
    client: Client, agent: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    entry = PublishedEntryFactory.create(lines_concerned=BusinessLineFactory.create_batch(3))
    entry.related.set(PublishedEntryFactory.create_batch(10))
    SimilarQuestion.objects.bulk_create(
        [SimilarQuestion(entry=entry, text=f"问法{number}", position=number) for number in range(50)]
    )
    with django_assert_max_num_queries(15):
        client.get(address(entry), headers=DESK)


def test_key_points_are_numbered_and_branches_keep_their_own() -> None:
    assert key_points(["核身", "境内还是境外：境外 → 3b", "3a 境内：挂失", "3b、境外：转专线", "补卡"]) == [
        KeyPoint("1", "核身", is_branch=False),
        KeyPoint("2", "境内还是境外：境外 → 3b", is_branch=False),
        KeyPoint("3a", "境内：挂失", is_branch=True),
        KeyPoint("3b", "境外：转专线", is_branch=True),
        KeyPoint("4", "补卡", is_branch=False),
    ]


def test_a_text_is_cut_where_it_turns_internal() -> None:
    cut = blocks("一\n\n二\n\n内部：三\n\n> 内部：四\n\n五")
    assert [(block.text, block.is_internal) for block in cut] == [
        ("一\n\n二", False),
        ("内部：三", True),
        ("> 内部：四", True),
        ("五", False),
    ]


def test_only_who_acts_as_an_agent_is_offered_to_confirm(client: Client, agent: Agent) -> None:
    entry = PublishedEntryFactory.create()
    assert 'data-act="confirm"' in client.get(address(entry), headers=DESK).content.decode()
    assert 'data-act="confirm"' not in client.get(address(entry)).content.decode()
    client.force_login(SupervisorFactory.create())
    assert 'data-act="confirm"' not in client.get(address(entry), headers=DESK).content.decode()


def test_who_writes_for_its_lines_finds_the_way_to_the_editor(client: Client) -> None:
    entry = PublishedEntryFactory.create()
    edit = reverse("faq:entry-edit", args=[entry.pk])
    people = {
        AgentFactory.create(): False,
        BusinessExpertFactory.create(): False,
        BusinessExpertFactory.create(lines=[entry.line]): True,
        InformationAdministratorFactory.create(): True,
    }
    for person, finds_it in people.items():
        client.force_login(person)
        assert (edit in client.get(address(entry)).content.decode()) == finds_it
