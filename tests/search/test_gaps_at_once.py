"""Two people decide on one gap at the same moment: one of them does."""

import pytest
from django.utils import timezone

from faq.models import Entry, SimilarQuestion
from search import gaps
from search.models import Gap
from tests.factories import InformationAdministratorFactory, PublishedEntryFactory
from tests.faq.test_at_the_same_moment import both, held_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_a_gap_is_taken_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entry: Entry = PublishedEntryFactory.create()
    keepers = [InformationAdministratorFactory.create() for _ in range(2)]
    gap = Gap.objects.create(
        key="k",
        wording="外国硬币",
        keys=["k"],
        wordings=[["外国硬币", 2]],
        calls=2,
        agents=2,
        last_at=timezone.now(),
    )
    with held_at(gaps, "_decide", monkeypatch):
        came_to = both(
            lambda: gaps.add_to(gap, entry, gap.texts, by=keepers[0]),
            lambda: gaps.write_entry(gap, "外国硬币", gap.texts, line=entry.line, by=keepers[1]),
        )
    assert sorted(came_to) == ["done", "refused"]
    assert SimilarQuestion.objects.count() + Entry.objects.count() == 2
