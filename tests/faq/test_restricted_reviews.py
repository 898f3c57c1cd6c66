"""What is closed to somebody stays closed to them while it is written, reviewed and handed over."""

import pytest

from courier.models import Mail, Notification
from faq.models import ReviewRequest, Seat, Verdict
from faq.services import asking, reviewing
from tests.factories import (
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    RevisionInReviewFactory,
    SupervisorFactory,
)
from tests.search.test_dictionary_pages import logged_in

pytestmark = pytest.mark.django_db


def test_reviews_of_restricted_entries_are_handed_over_by_their_lines() -> None:
    line = BusinessLineFactory.create()
    inside = InformationAdministratorFactory.create(lines=[line])
    absent, to = (CallCentreExpertFactory.create(lines=[line]) for _ in range(2))
    hidden = RevisionInReviewFactory.create(line=line, is_restricted=True)
    asking.ask_reviewer(hidden, line=None, reviewer=absent, by=inside)
    stranger = logged_in(SupervisorFactory.create())
    page = stranger.get(f"/knowledge/reviews/hand-over/?absent={absent.pk}")
    assert (page.context["waiting"], list(page.context["asked"])) == (0, [])
    sent = {"absent": str(absent.pk), "to": str(to.pk)}
    assert stranger.post("/knowledge/reviews/hand-over/", sent).context["handed"].left == 0
    assert ReviewRequest.objects.get().reviewer == absent
    assert logged_in(inside).post("/knowledge/reviews/hand-over/", sent).context["handed"].moved == 1


def test_who_has_left_the_lines_of_a_restricted_entry_hears_of_it_no_more() -> None:
    line = BusinessLineFactory.create()
    writer, reviewer = (CallCentreExpertFactory.create(lines=[line], email="x@bank.example") for _ in "12")
    signer = CallCentreExpertFactory.create(lines=[line])
    hidden = RevisionInReviewFactory.create(line=line, is_restricted=True, by=writer)
    asking.ask_reviewer(hidden, line=None, reviewer=reviewer, by=writer)
    reviewing.take_back(hidden, by=writer)
    for person in (writer, reviewer):
        person.lines.clear()
    Notification.objects.all().delete()
    Mail.objects.all().delete()
    reviewing.submit(hidden, by=signer)
    reviewing.sign_off(
        hidden, seat=Seat.CALL_CENTRE, reviewer=signer, verdict=Verdict.REJECTED, comment="不对"
    )
    assert not Notification.objects.exists()
    assert not Mail.objects.exists()
