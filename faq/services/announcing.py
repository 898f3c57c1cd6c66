"""Who hears what happened to a text: reviewers who are asked, authors whose text was sent back or came out.

Called inside the transaction of the act itself.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Agent
from courier import telling
from faq.models import Purpose, ReviewRequest, Revision

LONGEST_QUESTION = 120  # what a line under the bell repeats of it


def asked(request: ReviewRequest) -> None:
    """The reviewer who is asked by name, by bell and by mail; once a round."""
    revision = request.revision
    if not _is_open_to(revision, request.reviewer):
        return

    def text() -> str:
        return _("%(person)s asks you to sign “%(question)s”.") % {
            "person": request.asked_by,
            "question": _question(revision),
        }

    def subject() -> str:
        return _("To sign: %(question)s") % {"question": _question(revision)}

    def body() -> str:
        return _("%(sentence)s\n\nWhat is asked: %(purpose)s\nWhere: %(address)s") % {
            "sentence": text(),
            "purpose": revision.get_purpose_display(),
            "address": telling.in_mail(address(revision)),
        }

    seat = request.line_id or "centre"
    key = f"review-asked-{revision.pk}-{seat}-{_round(revision)}"
    telling.tell([request.reviewer], text, key=key, address=address(revision))
    telling.send_mail([request.reviewer], subject, body, key=key)


def submitted(revision: Revision) -> None:
    """Everybody who was asked by name before there was something to sign."""
    requests = revision.review_requests.select_related("reviewer", "asked_by")
    for request in requests:
        request.revision = revision
        asked(request)


def sent_back(revision: Revision, *, by: Agent, reason: str) -> None:
    """The authors, with the reason."""

    def text() -> str:
        return _("%(person)s sent “%(question)s” back: %(reason)s") % {
            "person": by,
            "question": _question(revision),
            "reason": reason,
        }

    _tell_authors(revision, text, f"review-sent-back-{revision.pk}-{_round(revision)}")


def published(revision: Revision) -> None:
    """The authors: what they wrote is what agents read now."""

    def text() -> str:
        return _("“%(question)s” has been signed by every seat and is published.") % {
            "question": _question(revision)
        }

    _tell_authors(revision, text, f"review-published-{revision.pk}")


def scheduled(revision: Revision) -> None:
    """The authors: it is signed, and comes into force by itself."""

    def text() -> str:
        return _("“%(question)s” has been signed by every seat and comes into force by itself.") % {
            "question": _question(revision)
        }

    _tell_authors(revision, text, f"review-scheduled-{revision.pk}-{_round(revision)}")


def carried_out(revision: Revision) -> None:
    """Who asked for a withdrawal or a restoration: every seat agreed."""

    def text() -> str:
        return _("%(purpose)s of “%(question)s”: every seat has agreed.") % {
            "purpose": Purpose(revision.purpose).label,
            "question": _question(revision),
        }

    _tell_authors(revision, text, f"review-carried-out-{revision.pk}-{_round(revision)}")


def overtaken(revision: Revision) -> None:
    """Who asked for a withdrawal or a restoration: a new text came out first, so the request is closed."""

    def text() -> str:
        return _(
            "%(purpose)s of “%(question)s”: a new text was published first, so the request is closed."
            " Ask again if the new text needs it."
        ) % {"purpose": Purpose(revision.purpose).label, "question": _question(revision)}

    _tell_authors(revision, text, f"review-overtaken-{revision.pk}")


def address(revision: Revision) -> str:
    """Where it is read and signed."""
    return reverse("faq:review", args=[revision.pk])


def _tell_authors(revision: Revision, text: telling.Text, key: str) -> None:
    people = [author for author in revision.authors.all() if _is_open_to(revision, author)]
    telling.tell(people, text, key=key, address=address(revision))


def _is_open_to(revision: Revision, person: Agent) -> bool:
    """Whoever has left the lines of a restricted entry hears of it no more."""
    return Revision.objects.filter(pk=revision.pk).open_to(person).exists()


def _round(revision: Revision) -> str:
    """A text that is submitted again is told about again."""
    return f"{revision.submitted_at:%y%m%d%H%M%S%f}" if revision.submitted_at else "0"


def _question(revision: Revision) -> str:
    question = revision.question
    return question if len(question) <= LONGEST_QUESTION else f"{question[: LONGEST_QUESTION - 1]}…"
