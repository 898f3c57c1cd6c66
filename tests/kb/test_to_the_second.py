"""Validity to the second, by the database's clock: every door at which an agent may meet an entry.

Nothing is frozen: an end is set one second ahead and waited for. An index that lags behind must not matter.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.models import Agent
from accounts.roles import Role
from faq.models import Category, Entry, Feature, Kind, Pin
from faq.services import attaching, publishing
from faq.services.drafting import Variant
from hits.models import DailyHits, MonthlyHits
from kb.lib.months import SITE_ZONE, Month
from search import api as search_api
from search import engines
from search.indexer import Indexer
from tests.factories import AgentFactory, DraftEntryFactory, PublishedEntryFactory

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "清泉计划怎么报名"
Door = Callable[[Client, Entry], bool]


def text_of(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked, headers={"X-Wenqu-Desk": "1"})
    return answer.content.decode() if answer.status_code == 200 else ""


def part_of_start(client: Client, begin: str, end: str) -> str:
    return text_of(client, reverse("desk-start")).partition(begin)[2].partition(end)[0]


def is_found(client: Client, entry: Entry) -> bool:
    found = client.get("/api/v1/search", {"q": QUESTION}).json()["matches"]
    return entry.pk in [match["id"] for match in found]


def is_suggested(client: Client, entry: Entry) -> bool:
    return QUESTION in str(client.get("/api/v1/suggest", {"q": "清泉计划"}).json())


def is_nearest(client: Client, entry: Entry) -> bool:
    asked = {"q": "清泉计划报名", "kind": Kind.RULE.value}
    return QUESTION in str(client.get("/api/v1/search", asked).json()["nearest"])


def is_related(client: Client, entry: Entry) -> bool:
    other = Entry.objects.exclude(pk=entry.pk).get()
    return f'data-open="{entry.pk}"' in text_of(client, reverse("entry-detail", args=[other.pk]))


def has_state_same(client: Client, entry: Entry) -> bool:
    asked = reverse("entry-state", args=[entry.pk])
    return bool(client.get(asked).json()["state"] != "gone")


DOORS: dict[str, Door] = {
    "search": is_found,
    "the nearest, where nothing fits": is_nearest,
    "suggestions": is_suggested,
    "the opened entry": lambda client, entry: bool(text_of(client, reverse("entry-detail", args=[entry.pk]))),
    "the entry for machines": lambda client, entry: bool(text_of(client, f"/api/v1/entries/{entry.pk}")),
    "its file": lambda client, entry: bool(
        text_of(client, reverse("faq:attachment", args=[entry.attachments.get().key]))
    ),
    "an open page": has_state_same,
    "related entries": is_related,
    "pins": lambda client, _entry: QUESTION in part_of_start(client, "start-pins", "</section>"),
    "hot and featured": lambda client, _entry: (
        QUESTION in part_of_start(client, 'id="start-groups"', "</script>").encode().decode("unicode_escape")
    ),
    "running campaigns": lambda client, _entry: (
        QUESTION in part_of_start(client, 'id="start-campaigns"', "</section>")
    ),
    "counts": lambda client, entry: str(entry.pk) in client.get(reverse("desk-counts")).json(),
    "the choice of regions": lambda client, _entry: "清泉区" in text_of(client, reverse("desk")),
    "the choice of categories": lambda client, _entry: "清泉类" in text_of(client, reverse("desk")),
}


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    monkeypatch.setattr(settings, "WENQU_SEARCH_ENGINE", "memory")
    monkeypatch.setattr(search_api, "_line_ids", {})
    engines.engine.cache_clear()
    for role in Role:
        Group.objects.get_or_create(name=role.value)
    yield AgentFactory.create()
    engines.engine.cache_clear()


@pytest.fixture
def entry(agent: Agent) -> Entry:
    """An entry that an agent may meet at every door."""
    made = DraftEntryFactory.create(
        question=QUESTION,
        kind=Kind.CAMPAIGN,
        variants=[Variant("清泉区", ["核身"])],
        category=Category.objects.create(name="清泉类", path="清泉类"),
    )
    draft = attaching.attach_to_draft(made.revisions.get(), "a.txt", b"a", by=made.created_by)
    made = publishing.publish(draft, by=made.created_by)
    Pin.objects.create(person=agent, entry=made)
    Feature.objects.create(entry=made, featured_by=agent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        today = cursor.fetchone()[0]
    month = Month.of(today)
    DailyHits.objects.create(entry=made, day=today.astimezone(SITE_ZONE).date(), line=made.line, hits=3)
    MonthlyHits.objects.create(entry=made, month=month.first_day, line=made.line, hits=3)
    PublishedEntryFactory.create(question="别的问题").related.add(made)
    Indexer("memory", engines.engine()).rebuild()
    return made


def wait_until(column: str) -> None:
    """Until the database's clock says so; ours may go otherwise."""
    while not Entry.objects.filter(**{f"{column}__lte": Now()}).exists():
        time.sleep(0.02)


def open_doors(client: Client, entry: Entry) -> set[str]:
    return {name for name, is_open in DOORS.items() if is_open(client, entry)}


def test_in_the_second_its_validity_ends_no_door_leads_to_an_entry(
    client: Client, agent: Agent, entry: Entry
) -> None:
    client.force_login(agent)
    assert open_doors(client, entry) == set(DOORS)
    Entry.objects.filter(pk=entry.pk).update(valid_until=Now() + timedelta(seconds=1))
    assert has_state_same(client, entry)
    wait_until("valid_until")
    assert open_doors(client, entry) == set()


def test_in_the_second_its_validity_begins_every_door_does(
    client: Client, agent: Agent, entry: Entry
) -> None:
    client.force_login(agent)
    Entry.objects.filter(pk=entry.pk).update(valid_from=Now() + timedelta(seconds=3))
    assert open_doors(client, entry) == set()
    wait_until("valid_from")
    assert open_doors(client, entry) == set(DOORS)
