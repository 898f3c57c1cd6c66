"""Whatever is typed, pasted or forged: an answer or a clear 400, in bounded time, never an error page."""

import json
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Agent
from bench import hostility
from search import matching
from tests.factories import AgentFactory, PublishedEntryFactory

pytestmark = pytest.mark.django_db
Searching = Callable[[], None]
MOST_SECONDS = 2.0  # a loaded machine's; script/bench hostile says what it really takes
LONGEST_LOGGED = 2000
ATTEMPTS = hypothesis_settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def agent(searching: Searching) -> Agent:
    for question in ("信用卡丢了怎么挂失", "10000Z8 是什么错误", "How do I reset my password"):
        PublishedEntryFactory.create(question=question)
    searching()
    matching.warm()
    return AgentFactory.create()


@pytest.fixture
def agent_client(agent: Agent, client: Client) -> Client:
    client.force_login(agent, backend="accounts.backends.AccountBackend")
    client.raise_request_exception = False
    for path in hostility.PATHS:
        client.get(path, {"q": "挂失"})  # what the first request of a process loads is no input's doing
    return client


def surrogates_and_all() -> st.SearchStrategy[str]:
    """Any code point, those included that no UTF-8 can hold."""
    return st.text(st.characters(exclude_categories=()), max_size=400)


def escaped(content: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in content)


def ask(client: Client, path: str, raw_query: str) -> int:
    began = time.perf_counter()
    answer = client.get(path, QUERY_STRING=raw_query)
    assert time.perf_counter() - began < MOST_SECONDS
    return int(answer.status_code)


def log(client: Client, text: str) -> int:
    body = json.dumps({"id": str(uuid4()), "text": text, "matches": [], "took_ms": 1})
    return int(client.post("/api/v1/searches", body, content_type="application/json").status_code)


@pytest.mark.parametrize("name", hostility.CASES)
def test_known_hostile_input_is_answered_everywhere(agent_client: Client, name: str) -> None:
    text = hostility.CASES[name]
    raw = "q=" + escaped(text.encode("utf-8", "surrogatepass"))
    allowed = {200} if len(text) <= 10_000 and not hostility.has_surrogate(text) else {200, 400}
    assert ask(agent_client, "/api/v1/search", raw) in allowed
    assert ask(agent_client, "/api/v1/suggest", raw) in allowed
    assert ask(agent_client, "/", raw) == 200
    assert log(agent_client, text) in ({201, 400} if text.strip() else {400})
    if 0 < len(text.strip()) <= LONGEST_LOGGED and text.isprintable() and text.isascii():
        assert log(agent_client, text) == 201


@pytest.mark.parametrize("raw", hostility.RAW_QUERIES)
def test_queries_that_are_not_utf_8_or_forged_are_answered(agent_client: Client, raw: str) -> None:
    for path in hostility.PATHS:
        assert ask(agent_client, path, raw) in {200, 400}, path


def test_a_text_beyond_the_limit_is_refused_in_a_sentence(agent_client: Client) -> None:
    assert ask(agent_client, "/api/v1/search", "q=" + "a" * 10_000) == 200
    answer = agent_client.get("/api/v1/search", {"q": "a" * 10_001})
    assert answer.status_code == 400
    assert "10000" in answer.json()["errors"]["q"][0]


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[]", b"null", b'"text"', b"[" * 50_000, b'{"text": "\\ud800"}', b'{"id": 1e999}'],
)
def test_a_body_that_is_no_search_is_refused(agent_client: Client, body: bytes) -> None:
    answer = agent_client.post("/api/v1/searches", body, content_type="application/json")
    assert answer.status_code == 400, answer.content[:200]


@ATTEMPTS
@given(text=surrogates_and_all())
def test_any_text_is_matched_without_an_error(agent: Agent, text: str) -> None:
    assert len(matching.find(agent, text).matches) <= matching.MOST_MATCHES


@ATTEMPTS
@given(content=st.binary(max_size=400), path=st.sampled_from(hostility.PATHS))
def test_any_bytes_are_answered(agent_client: Client, content: bytes, path: str) -> None:
    assert ask(agent_client, path, "q=" + escaped(content)) in {200, 400}


@ATTEMPTS
@given(text=surrogates_and_all())
def test_any_text_is_logged_or_refused(agent_client: Client, text: str) -> None:
    assert log(agent_client, text) in {201, 400}


@ATTEMPTS
@given(seed=st.integers(0, 2**32))
def test_what_the_measurement_makes_up_is_matched_without_an_error(agent: Agent, seed: int) -> None:
    matching.find(agent, hostility.made_up(seed))
