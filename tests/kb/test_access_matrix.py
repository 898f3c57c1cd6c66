"""Every address × method × role × line × state does what `access_matrix.ROWS` says, and no more."""

import logging
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from kb.home import waiting
from search import engines
from tests.factories import BusinessLineFactory, PersonFactory
from tests.kb.access_matrix import DEACTIVATED, EVERYBODY, NOT_LOGGED_IN, ROLELESS, ROWS, Row
from tests.kb.access_objects import ABSENT, OBJECTS, Met, arguments_of, form_of, make_entries
from tests.kb.access_rules import knows_entry

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROLES = (*Role, ROLELESS, NOT_LOGGED_IN, DEACTIVATED)
REFUSED = {401, 403, 405}
# The form's token, and how far the page has heard of what is pushed: another one in every answer.
TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=data-after=")[\d:,]+')
NAME = re.compile(r"暗号\d\d")
# Each entry list's page as it comes, searched, and as a file.
QUERIES = ("", "?q=暗号", "?q=暗号&format=jsonl")


def names(resolver: URLResolver | None = None, room: tuple[str, ...] = ()) -> Iterator[str]:
    """The name of every address of the project, with its room."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*room, pattern.name or f"unnamed {pattern.pattern}"])
        else:
            yield from names(pattern, (*room, pattern.namespace) if pattern.namespace else room)


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
            roles = [role] if role in set(Role) else []
            person: Agent = PersonFactory.create(username=role, lines=[line], roles=roles)
            found[role].force_login(person, "accounts.backends.AccountBackend")
        if role == DEACTIVATED:
            Agent.objects.filter(pk=person.pk).update(is_active=False)
    # Of thousands of refusals; the number in each one's bar took a third of the time, and has its own tests.
    logging.disable(logging.CRITICAL)
    monkeypatch.setattr(waiting, "numbers_for", lambda _person: {})
    yield found
    logging.disable(logging.NOTSET)
    engines.engine.cache_clear()


@pytest.fixture
def entries(clients: dict[str, Client]) -> list[Met]:
    own = BusinessLine.objects.get(code="OWN")
    found = Agent.objects.filter(lines=own, is_active=True)
    return make_entries({person.username: person for person in found}, own)


def ask(client: Client, method: str, address: str, form: dict[str, str] | None = None) -> HttpResponseBase:
    """Whatever it does is taken back, the session too."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        if form:
            answer: HttpResponseBase = client.post(address, form)
        else:
            answer = client.generic(method, address)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return answer


def outcome(answer: HttpResponseBase) -> int:
    """0 when it was not refused; sent to the log-in is refused with 401."""
    to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/log-in/?next")
    if to_log_in:
        return 401
    return answer.status_code if answer.status_code in REFUSED or answer.status_code >= 500 else 0


def expected(row: Row, method: str, role: str) -> set[int]:
    """What is refused to everybody is a wrong method, whoever asks; the rest is refused to a role."""
    who = {"GET": row.get, "POST": row.post, **row.others}.get(method, frozenset())
    if role in who:
        return {0}
    if role not in EVERYBODY:
        return REFUSED
    return {403} if who & EVERYBODY else {405}


def looks(answer: HttpResponseBase, arguments: dict[str, Any]) -> tuple[int, bytes]:
    """An answer without what differs from one request to the next: the tokens, and what was asked for."""
    body: bytes = TOKEN.sub(b"", b"".join(answer))
    for value in arguments.values():
        body = body.replace(f"/{value}".encode(), b"/")
    return answer.status_code, body


def said(may: bool) -> str:  # noqa: FBT001
    return "may" if may else "may not"


def who_may(row: Row, method: str) -> frozenset[str]:
    return {"GET": row.get, "POST": row.post}[method]


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(names()) == set(ROWS)


def test_every_number_in_an_address_is_of_something() -> None:
    assert {row.of for row in ROWS.values()} <= {"other", *OBJECTS, *ABSENT}


@pytest.mark.django_db
def test_only_those_of_the_row_get_through(clients: dict[str, Client]) -> None:
    wrong = []
    for (name, row), method, role in product(ROWS.items(), METHODS, ROLES):
        answer = ask(clients[role], method, reverse(name, kwargs=arguments_of(row.of, None)))
        if outcome(answer) not in expected(row, method, role):
            wrong.append(f"{name} by {method} as {role}: {answer.status_code}, {expected(row, method, role)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_what_a_stranger_may_not_know_of_looks_like_what_is_not_there(
    clients: dict[str, Client], entries: list[Met]
) -> None:
    wrong, known = [], {role: known_to(role, entries) for role in EVERYBODY}
    things = {of: list(things_of(of, entries)) for of in OBJECTS}
    for (name, row), method, role in product(ROWS.items(), ("GET", "POST"), ROLES):
        if row.of not in OBJECTS or role not in who_may(row, method):
            continue

        def answered(met: Met, arguments: dict[str, Any]) -> tuple[int, bytes]:
            form = form_of(row.sends, met.entry) if row.sends else None  # noqa: B023
            address = reverse(name, kwargs=arguments)  # noqa: B023
            return looks(ask(clients[role], method, address, form), arguments)  # noqa: B023

        missing = answered(entries[0], arguments_of(row.of, None))
        assert missing[0] == row.missing
        for met, arguments in things[row.of]:
            if met.author not in {"", role}:
                continue  # what somebody else wrote is like any draft of another line
            status, body = answered(met, arguments)
            may = row.may(met.by(role))
            is_hidden = status == 404 or (status, body) == missing
            told = set(NAME.findall(body.decode(errors="ignore"))) - known[role]
            if status >= 500 or may == is_hidden or (not may and (status, body) != missing) or told:
                wrong.append(f"{name} by {method} as {met.by(role)}: {status}, {said(may)}, told {told}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_no_page_names_an_entry_to_somebody_who_may_not_know_of_it(
    clients: dict[str, Client], entries: list[Met]
) -> None:
    told, shown, known = [], 0, {role: known_to(role, entries) for role in EVERYBODY}
    for (name, row), role, query in product(ROWS.items(), sorted(EVERYBODY), QUERIES):
        if row.of or role not in row.get:
            continue
        page = ask(clients[role], "GET", f"{reverse(name)}{query}").getvalue().decode(errors="ignore")
        named = set(NAME.findall(page))
        told += [f"{name}{query} as {role}: {one}" for one in sorted(named - known[role])]
        shown += len(named)
    assert not told, "\n".join(told)
    assert shown


def things_of(of: str, entries: list[Met]) -> Iterator[tuple[Met, dict[str, Any]]]:
    """What is asked for, once each: some are the same for every entry."""
    seen = []
    for met in entries:
        arguments = arguments_of(of, met.entry)
        if arguments not in seen:
            seen.append(arguments)
            yield met, arguments


def known_to(role: str, entries: list[Met]) -> set[str]:
    """The names of what they may know of."""
    return {met.name for met in entries if knows_entry(met.by(role))}
