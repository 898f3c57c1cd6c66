"""Every address needs a log-in unless it is named here; every page keeps to the strict content policy."""

from collections.abc import Iterator
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from accounts import demo
from accounts.models import BusinessLine
from faq.models import Entry
from tests.factories import AgentFactory, PublishedEntryFactory, SupervisorFactory

pytestmark = pytest.mark.django_db

PUBLIC = {"accounts:log-in", "set_language", "healthz", "readyz", "metrics", "inquiries:answer-by-mail"}
EXAMPLES = {"int": "1", "str": "2026-01", "slug": "a", "path": "a", "uuid": str(UUID(int=1))}


def walk(resolver: URLResolver, path: str = "", names: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(name, an address) of every pattern below; converters get an example of their kind."""
    for pattern in resolver.url_patterns:
        assert isinstance(pattern.pattern, RoutePattern), f"{pattern} is not a path()"
        route = path + filled(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from walk(pattern, route, inner)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, f"{route} has no name"
            yield ":".join((*names, pattern.name)), f"/{route}"


def filled(pattern: RoutePattern) -> str:
    route = str(pattern)
    for name, converter in pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        route = route.replace(f"<{kind}:{name}>", EXAMPLES["str" if kind == "string" else kind])
        route = route.replace(f"<str:{name}>", EXAMPLES["str"]).replace(f"<{name}>", EXAMPLES["str"])
    assert "<" not in route, route
    return route


def every_address() -> list[tuple[str, str]]:
    return list(walk(get_resolver()))


def test_the_walk_finds_the_addresses() -> None:
    names = {name for name, _address in every_address()}
    assert {"desk", "entry-detail", "api-entry-detail", "accounts:log-in", "reports:month-detail"} <= names


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_answers_without_a_log_in_but_the_public_ones(client: Client, method: str) -> None:
    open_doors = []
    for name, address in every_address():
        answer = getattr(client, method)(address)
        to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith(
            (reverse("accounts:log-in"), settings.LOGIN_URL)
        )
        if not to_log_in and answer.status_code not in {401, 403} and name not in PUBLIC:
            open_doors.append((name, address, answer.status_code))
    assert open_doors == []


class Finder(HTMLParser):
    """Collects whatever a strict content policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(self.get_starttag_text() or tag)
        is_data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.faults.append(self.get_starttag_text() or tag)
        if (given.get("href") or "").startswith("javascript:"):
            self.faults.append(self.get_starttag_text() or tag)


@pytest.fixture
def entry() -> Entry:
    found: Entry = PublishedEntryFactory.create(
        key_points=["核身"],
        script="您好",
        answer="| 项目 | 收费 |\n|---|---|\n| 挂失 | **40** 元 |\n\n内部：转二线",
    )
    return found


def pages_of(client: Client, entry: Entry) -> Iterator[tuple[str, str, str]]:
    """(address, policy, html) of every page that answers a supervisor, an agent or nobody."""
    addresses = [address for _name, address in every_address() if not address.startswith("/api/")]
    addresses += [reverse("entry-detail", args=[entry.pk]), "/no-such-page"]
    for person in (None, AgentFactory.create(), SupervisorFactory.create()):
        if person:
            client.force_login(person)
        for address in addresses:
            answer = client.get(address, follow=True)
            if answer.headers["Content-Type"].startswith("text/html"):
                policy = answer.headers["Content-Security-Policy"]
                yield address, policy, answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_keeps_to_the_strict_policy(client: Client, entry: Entry, language: str) -> None:
    BusinessLine.objects.get_or_create(code="CREDITCARD", defaults={"name": "信用卡中心"})
    demo.create()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    seen = 0
    for address, policy, html in pages_of(client, entry):
        seen += 1
        finder = Finder()
        finder.feed(html)
        assert finder.faults == [], address
        directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert directives["default-src"] == "'none'", address
        assert directives["script-src"] == directives["style-src"] == "'self'", address
        assert "unsafe" not in policy, address
    assert seen >= 8


def test_the_finder_finds() -> None:
    finder = Finder()
    finder.feed("<p style='a'><a href='javascript:b' onclick='c'><script>d</script><style>e</style>")
    assert len(finder.faults) == 5
