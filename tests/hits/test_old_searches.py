"""What was searched is kept for a while, then only that something was."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from hits.models import SearchLog
from hits.searches import blank_old_texts, log_search
from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db


def test_texts_older_than_thirteen_months_are_blanked_and_the_rows_stay() -> None:
    person = AgentFactory.create()
    old, recent = uuid4(), uuid4()
    for search_id in (old, recent):
        log_search(
            person, search_id=search_id, text="挂失", filters={}, match_ids=[], took_ms=3, call_id=None
        )
    SearchLog.objects.filter(pk=old).update(at=Now() - timedelta(days=400))
    assert blank_old_texts() == 1
    assert SearchLog.objects.get(pk=old).text == ""
    assert SearchLog.objects.get(pk=recent).text == "挂失"
    assert blank_old_texts() == 0
