"""Every address × method × role × line × state does what `access_matrix.ROWS` says, and no more."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Agent
from accounts.roles import Role
from faq.models import Entry, Source
from search import engines
from tests.factories import (
    BusinessLineFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    WithdrawnEntryFactory,
)
from tests.kb.access_matrix import (
    DEACTIVATED,
    EVERYBODY,
    NOT_LOGGED_IN,
    ROLELESS,
    ROWS,
    Case,
    Row,
    State,
    knows_entry,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROLES = (*Role, ROLELESS, NOT_LOGGED_IN, DEACTIVATED)
CASES = list(product((True, False), State, (True, False)))
MISSING = 987_654_321
REFUSED = {401, 403, 405}
TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+')

# What the address of one entry's page holds; more kinds of things go here.
OBJECTS: dict[str, Callable[[Entry], int]] = {
    "entry": lambda entry: entry.pk,
    "source": lambda entry: entry.source_id or 0,
    "draft": lambda entry: entry.revisions.latest("number").pk,
}
# Addresses with something else than a row's number, and one of those that do not exist.
FIXED: dict[str, dict[str, Any]] = {
    "other": {"pk": MISSING},
    "call": {"call_id": UUID(int=7)},
    "month": {"month": "2026-01"},
}


def names(resolver: URLResolver | None = None, room: tuple[str, ...] = ()) -> Iterator[str]:
    """The name of every address of the project, with its room."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*room, pattern.name or f"unnamed {pattern.pattern}"])
        else:
            yield from names(pattern, (*room, pattern.namespace) if pattern.namespace else room)


@dataclass(frozen=True)
class Met:
    """One entry of the matrix."""

    entry: Entry
    is_own_line: bool
    state: State
    is_restricted: bool

    def by(self, role: str) -> Case:
        return Case(role, self.is_own_line, self.state, self.is_restricted)


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Client]]:
    """One person of each role, all of the same line; their requests leave nothing behind."""
    monkeypatch.setattr(settings, "WENQU_SEARCH_ENGINE", "memory")
    engines.engine.cache_clear()
    line = BusinessLineFactory.create(code="OWN")
    found = {}
    for role in ROLES:
        found[role] = Client(raise_request_exception=False)
        if role != NOT_LOGGED_IN:
            person: Agent = PersonFactory.create(lines=[line], roles=[role] if role in set(Role) else [])
            found[role].force_login(person, "accounts.backends.AccountBackend")
        if role == DEACTIVATED:
            Agent.objects.filter(pk=person.pk).update(is_active=False)
    logging.disable(logging.CRITICAL)  # of thousands of refusals
    yield found
    logging.disable(logging.NOTSET)
    engines.engine.cache_clear()


@pytest.fixture
def entries(clients: dict[str, Client]) -> list[Met]:
    """One entry of each state, of the own line and another, restricted and not, each with its source."""
    by = InformationAdministratorFactory.create()
    own, other = Agent.objects.first().lines.get(), BusinessLineFactory.create()  # type: ignore[union-attr]
    now = timezone.now()
    make: dict[State, Callable[..., Entry]] = {
        State.DRAFT: DraftEntryFactory.create,
        State.NOT_YET: partial(PublishedEntryFactory.create, valid_from=now + timedelta(days=1)),
        State.IN_FORCE: PublishedEntryFactory.create,
        State.EXPIRED: partial(PublishedEntryFactory.create, valid_until=now - timedelta(days=1)),
        State.WITHDRAWN: WithdrawnEntryFactory.create,
    }
    found = []
    for number, (is_own, state, is_restricted) in enumerate(CASES):
        entry = make[state](question=f"暗号{number:02}号的问题", line=own if is_own else other, by=by)
        source = Source.objects.create(title=f"暗号{number:02}号的来源")
        Entry.objects.filter(pk=entry.pk).update(source=source, is_restricted=is_restricted)
        found.append(Met(Entry.objects.get(pk=entry.pk), is_own, state, is_restricted))
    return found


def ask(client: Client, method: str, address: str) -> HttpResponseBase:
    """Whatever it does is taken back, the session too."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        answer = client.generic(method, address)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return answer


def gets_through(answer: HttpResponseBase) -> bool:
    """Not refused, and not sent to the log-in."""
    to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/log-in/?next")
    return answer.status_code not in REFUSED and not to_log_in


def looks(answer: HttpResponseBase, number: int) -> tuple[int, bytes]:
    """An answer without what differs from one request to the next: the token, and the number asked for."""
    body: bytes = TOKEN.sub(b"", answer.content)  # type: ignore[attr-defined]
    return answer.status_code, body.replace(b"/%d" % number, b"/")


def said(may: bool) -> str:  # noqa: FBT001
    return "may" if may else "may not"


def who_may(row: Row, method: str) -> frozenset[str]:
    return {"GET": row.get, "POST": row.post, **row.others}.get(method, frozenset())


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(names()) == set(ROWS)


def test_every_number_in_an_address_is_of_something() -> None:
    assert {row.of for row in ROWS.values()} <= {"", *OBJECTS, *FIXED}


@pytest.mark.django_db
def test_only_those_of_the_row_get_through(clients: dict[str, Client]) -> None:
    wrong = []
    for (name, row), method, role in product(ROWS.items(), METHODS, ROLES):
        arguments = {} if not row.of else FIXED.get(row.of, {"pk": MISSING})
        answer = ask(clients[role], method, reverse(name, kwargs=arguments))
        may = role in who_may(row, method)
        if answer.status_code >= 500 or gets_through(answer) != may:
            wrong.append(f"{name} by {method} as {role}: {answer.status_code}, {said(may)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_what_a_stranger_may_not_know_of_looks_like_what_is_not_there(
    clients: dict[str, Client], entries: list[Met]
) -> None:
    wrong = []
    for (name, row), method, role in product(ROWS.items(), ("GET", "POST"), ROLES):
        if row.of not in OBJECTS or role not in who_may(row, method):
            continue
        missing = looks(ask(clients[role], method, reverse(name, args=[MISSING])), MISSING)
        assert missing[0] == 404
        for met in entries:
            number = OBJECTS[row.of](met.entry)
            answer = looks(ask(clients[role], method, reverse(name, args=[number])), number)
            may = row.may(met.by(role))
            if answer[0] >= 500 or may == (answer[0] == 404) or (not may and answer != missing):
                wrong.append(f"{name} by {method} as {met.by(role)}: {answer[0]}, {said(may)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_no_page_names_an_entry_to_somebody_who_may_not_know_of_it(
    clients: dict[str, Client], entries: list[Met]
) -> None:
    told, shown = [], 0
    for (name, row), role in product(ROWS.items(), EVERYBODY):
        if row.of or role not in row.get:
            continue
        for query in ("", "?q=暗号"):
            page = ask(clients[role], "GET", f"{reverse(name)}{query}").getvalue().decode()
            named = [met for met in entries if str(met.entry.source)[:5] in page]
            told += [f"{name}: {met.by(role)}" for met in named if not knows_entry(met.by(role))]
            shown += len(named)
    assert not told, "\n".join(told)
    assert shown
