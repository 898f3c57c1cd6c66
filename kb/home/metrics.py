"""Figures for Prometheus: how far behind this node is, and who holds it back. They say nothing about callers.

Transactions of the whole server hold the outbox and the roll-up back (architecture.md §3), so once something
has waited for more than 5 s the oldest of them are named; docs/operations.md says whose the login can see.
"""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hits import rollup
from search import outbox
from search.engines import maintained
from search.engines.base import EngineUnavailableError

PATIENCE_SECONDS = 5.0
BLOCKERS = "SELECT pid::text, application_name, seconds FROM wenqu_oldest_transactions()"  # accounts' 0004


@login_not_required
@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """The text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_House())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _House(Collector):
    def collect(self) -> Iterator[Metric]:
        waiting = max(rollup.unread_seconds(), 0.0)
        yield GaugeMetricFamily(
            "wenqu_rollup_unread_seconds", "Age of the oldest event that is not in the roll-ups.", waiting
        )
        unread = GaugeMetricFamily(
            "wenqu_outbox_unread_seconds", "Age of the oldest change that an index lacks.", labels=["index"]
        )
        is_usable = GaugeMetricFamily(
            "wenqu_index_usable", "1 when the index of this node can answer.", labels=["index"]
        )
        for name, engine in maintained().items():
            try:
                cursor = engine.cursor()
            except EngineUnavailableError:
                cursor = None
            is_usable.add_metric([name], float(cursor is not None))
            if cursor is not None:
                age = outbox.oldest_unread_seconds(cursor)
                unread.add_metric([name], age)
                waiting = max(waiting, age)
        yield unread
        yield is_usable
        if waiting > PATIENCE_SECONDS:
            yield _blockers()


def _blockers() -> Metric:
    family = GaugeMetricFamily(
        "wenqu_oldest_transaction_seconds",
        "The oldest transactions of the server, while something waits for them.",
        labels=["pid", "application"],
    )
    with connection.cursor() as cursor:
        cursor.execute(BLOCKERS)
        for pid, application, seconds in cursor.fetchall():
            family.add_metric([pid, application], seconds)
    return family
