"""Where this room's pages are, for lines under the bell and in mails."""

from django.urls import reverse

from inquiries.models import Inquiry


def of(inquiry: Inquiry) -> str:
    """The page of one inquiry, for whoever may see it."""
    return reverse("inquiries:inquiry", args=[inquiry.pk])


def by_mail(token: str) -> str:
    """The page on which the reader of a mail answers without a log-in."""
    return reverse("inquiries:answer-by-mail", args=[token])
