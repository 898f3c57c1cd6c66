"""How a mail reads: in which language, and with what around its text."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Agent
from courier.models import Mail


def language_of(person: Agent) -> str:
    """The language of the person's own switch; the site's for who never touched it."""
    return person.language or settings.LANGUAGE_CODE


def in_mail(address: str) -> str:
    """The whole address of a page, for readers who are not on the site."""
    return f"{settings.SITE_ADDRESS}{address}"


def framed(mail: Mail) -> str:
    """The text as it leaves the house: with a greeting, and where its reader changes what they get."""
    context = {"mail": mail, "name": str(mail.to), "settings_address": in_mail(reverse("courier:settings"))}
    with override(language_of(mail.to)):
        return render_to_string("courier/mail/frame.txt", context)


def daily(mails: list[Mail]) -> str:
    """The texts of a day in one, in the language that is active."""
    return render_to_string("courier/mail/daily.txt", {"mails": mails})
