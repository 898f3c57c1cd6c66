"""A combined entry's address leads to the other while it is out of use, and no longer."""

import pytest

from accounts.models import AuditRow
from faq import leading
from faq.models import Redirect
from faq.services import publishing, redirecting
from tests.factories import PublishedEntryFactory, SupervisorFactory, WithdrawnEntryFactory

pytestmark = pytest.mark.django_db


def test_it_leads_there_from_then_on_and_the_trail_tells() -> None:
    old, new, by = WithdrawnEntryFactory.create(), PublishedEntryFactory.create(), SupervisorFactory.create()
    assert leading.led_from(old.pk) is None
    redirect = redirecting.lead(old, new, by=by)
    led = leading.led_from(old.pk)
    assert redirect is not None
    assert led is not None
    assert (led.into_id, led.at, led.old_question) == (new.pk, redirect.at, str(old))
    assert AuditRow.objects.get(act="entry.redirected").detail == {"into": new.pk}
    assert leading.leading_to(new.pk) == {old.pk}


def test_an_entry_in_use_leads_nowhere_else() -> None:
    used, new = PublishedEntryFactory.create(), PublishedEntryFactory.create()
    assert redirecting.lead(used, new, by=SupervisorFactory.create()) is None
    assert not Redirect.objects.exists()


def test_it_ends_in_the_second_the_old_entry_is_back() -> None:
    old, new, by = WithdrawnEntryFactory.create(), PublishedEntryFactory.create(), SupervisorFactory.create()
    redirecting.lead(old, new, by=by)
    publishing.restore(old, by=by)
    assert leading.led_from(old.pk) is None
    assert Redirect.objects.get().undone_at is not None
    assert AuditRow.objects.filter(act="entry.redirect_ended").exists()


def test_a_chain_leads_to_its_end_and_never_in_a_circle() -> None:
    by = SupervisorFactory.create()
    first, second, third = (PublishedEntryFactory.create() for _ in range(3))
    for old, new in ((first, second), (second, third)):
        publishing.withdraw(old, by=by, reason="合并")
        redirecting.lead(old, new, by=by)
    assert leading.targets([first.pk, second.pk, third.pk]) == {first.pk: third.pk, second.pk: third.pk}
    assert leading.in_their_place([third.pk, first.pk]) == [third.pk]
    assert leading.leading_to(third.pk) == {first.pk, second.pk}
    publishing.withdraw(third, by=by, reason="合并")
    assert redirecting.lead(third, first, by=by) is None
