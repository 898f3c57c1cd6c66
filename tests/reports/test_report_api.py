"""``GET /api/v1/reports/{month}``."""

from datetime import datetime

import pytest
from django.test import Client

from accounts.models import BusinessLine
from faq.models import Entry
from hits.models import MonthlyHits
from kb.lib.months import SITE_ZONE, Month
from reports.views import asked
from tests.factories import AgentFactory, BusinessLineFactory, SupervisorFactory
from tests.reports.making import old_entry

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.AccountBackend"


@pytest.fixture
def line() -> BusinessLine:
    line = BusinessLineFactory.create(code="CARD")
    entry = old_entry(line=line, question="只给本条线看")
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    MonthlyHits.objects.create(entry=entry, line=line, month=Month(2026, 10).first_day, hits=12)
    return line


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "database_now", lambda: datetime(2026, 11, 23, 9, tzinfo=SITE_ZONE))


def test_it_gives_the_figures_and_hides_what_the_caller_must_not_read(
    client: Client, line: BusinessLine
) -> None:
    client.force_login(SupervisorFactory.create(), BACKEND)
    answer = client.get("/api/v1/reports/2026-10?line=CARD")
    body = answer.json()
    assert (body["month"], body["line"], body["is_provisional"], body["sha256"]) == (
        "2026-10",
        "CARD",
        False,
        None,
    )
    assert body["figures"]["hits"] == 12
    assert [one["question"] for one in body["figures"]["risers"]] == [None]
    client.force_login(SupervisorFactory.create(lines=[line]), BACKEND)
    own = client.get("/api/v1/reports/2026-10").json()
    assert [one["question"] for one in own["figures"]["risers"]] == ["只给本条线看"]


def test_the_same_again_is_not_sent_again(client: Client, line: BusinessLine) -> None:
    client.force_login(SupervisorFactory.create(), BACKEND)
    tag = client.get("/api/v1/reports/2026-10").headers["ETag"]
    assert client.get("/api/v1/reports/2026-10", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("address", ["2026-12", "2026-13", "heute", "2026-10?line=NONE"])
def test_what_is_no_month_or_line_is_not_found(client: Client, address: str) -> None:
    client.force_login(SupervisorFactory.create(), BACKEND)
    answer = client.get(f"/api/v1/reports/{address}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_it_is_for_those_who_read_reports(client: Client) -> None:
    assert client.get("/api/v1/reports/2026-10").status_code in {401, 403}
    client.force_login(AgentFactory.create(), BACKEND)
    assert client.get("/api/v1/reports/2026-10").status_code == 403
    assert client.post("/api/v1/reports/2026-10").status_code in {403, 405}
