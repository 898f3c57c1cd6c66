"""Who reads what: every role × every state × restricted or not (product.md §1), written out as a table."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Agent
from accounts.roles import Role
from faq.models import Entry, EntryState
from faq.services import drafting
from tests.factories import (
    BusinessLineFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)
STATES: dict[str, Callable[..., Entry]] = {
    "draft": DraftEntryFactory.create,
    "pending": lambda **words: PublishedEntryFactory.create(valid_from=NOW + DAY, **words),
    "in force": lambda **words: PublishedEntryFactory.create(
        valid_from=NOW - DAY, valid_until=NOW + DAY, **words
    ),
    "expired": lambda **words: PublishedEntryFactory.create(
        valid_from=NOW - 2 * DAY, valid_until=NOW - DAY, **words
    ),
    "withdrawn": WithdrawnEntryFactory.create,
}
EVERYBODY = {"in force"}
WRITERS = EVERYBODY | {"draft", "pending"}
CONTROL = EVERYBODY | {"expired", "withdrawn"}

# role: what is read of entries of the own line, what of other lines'
READS = {
    Role.AGENT: (EVERYBODY, EVERYBODY),
    Role.INFORMATION_ADMINISTRATOR: (WRITERS, WRITERS),
    Role.CALL_CENTRE_EXPERT: (WRITERS, WRITERS),
    Role.BUSINESS_EXPERT: (WRITERS, EVERYBODY),
    Role.SUPERVISOR: (CONTROL, CONTROL),
    Role.AUDITOR: (CONTROL, CONTROL),
    Role.SYSTEM_ADMINISTRATOR: (EVERYBODY, EVERYBODY),
}


@pytest.mark.parametrize("is_own_line", [True, False])
@pytest.mark.parametrize("is_restricted", [True, False])
@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_what_the_table_says(role: Role, is_restricted: Any, is_own_line: Any) -> None:
    own, others = BusinessLineFactory.create_batch(2)
    writer = InformationAdministratorFactory.create()
    for state, make in STATES.items():
        line = own if is_own_line else others
        make(question=state, line=line, is_restricted=is_restricted, by=writer)
    person = PersonFactory.create(roles=[role], lines=[own])
    readable = READS[role][0 if is_own_line else 1]
    if is_restricted and not is_own_line:
        readable = set()
    texts = Entry.objects.visible_to(person).values_list("revisions__question", flat=True)
    assert set(texts) == readable
    found = Entry.objects.findable_by(person).values_list("revisions__question", flat=True)
    assert set(found) == readable & {"in force"}


def test_a_line_concerned_is_an_own_line() -> None:
    own, other = BusinessLineFactory.create_batch(2)
    DraftEntryFactory.create(line=other, lines_concerned=[own], is_restricted=True)
    expert = PersonFactory.create(roles=[Role.BUSINESS_EXPERT], lines=[own])
    assert Entry.objects.visible_to(expert).count() == 1


def test_authors_read_their_drafts_once_each() -> None:
    author, helper, stranger = PersonFactory.create_batch(3)
    draft = DraftEntryFactory.create(by=author).revisions.get()
    drafting.save_draft(draft, drafting.Text("改", draft.line), by=helper)
    assert [Entry.objects.visible_to(person).count() for person in (author, helper, stranger)] == [1, 1, 0]


def test_who_left_reads_nothing() -> None:
    PublishedEntryFactory.create()
    person = PersonFactory.create(is_active=False)
    assert not Entry.objects.visible_to(person).exists()
    assert not Entry.objects.findable_by(person).exists()


def test_roles_add_up() -> None:
    for make in STATES.values():
        make()
    person: Agent = PersonFactory.create(roles=[Role.SUPERVISOR, Role.CALL_CENTRE_EXPERT])
    assert Entry.objects.visible_to(person).count() == len(STATES)


seconds = st.none() | st.integers(-3, 3)


@given(st.lists(st.tuples(st.sampled_from(EntryState.values), seconds, seconds), min_size=1, max_size=20))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_property_says_what_the_queryset_says(rows: list[tuple[str, int | None, int | None]]) -> None:
    Entry.objects.all().update(live_revision=None, state=EntryState.DRAFT)
    Entry.objects.all().delete()
    entry = PublishedEntryFactory.create()
    for state, begin, end in rows:
        if begin is not None and end is not None and end <= begin:
            continue
        entry.state, entry.withdrawn_at = state, NOW
        entry.valid_from = NOW + timedelta(seconds=begin) if begin is not None else None
        entry.valid_until = NOW + timedelta(seconds=end) if end is not None else None
        entry.save()
        assert entry.is_in_force(NOW) == Entry.objects.in_force(NOW).exists()


def test_without_a_moment_the_databases_clock_counts() -> None:
    STATES["in force"]()
    STATES["expired"]()
    STATES["pending"]()
    assert Entry.objects.in_force().count() == 1


def test_a_restricted_row_is_open_to_whom_the_queryset_leaves_it() -> None:
    lines = BusinessLineFactory.create_batch(2)
    for is_restricted in (True, False):
        entry = PublishedEntryFactory.create(line=lines[0], is_restricted=is_restricted)
        for own in ([], lines[:1], lines[1:], lines):
            person = PersonFactory.create(lines=own)
            found = Entry.objects.filter(pk=entry.pk).unrestricted_for(person).exists()
            assert entry.is_open_to(person.line_ids) == found
