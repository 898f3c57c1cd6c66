"""Who hears of a spike: supervisors and information administrators, at once, by bell, mail and open page."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Agent
from accounts.roles import Role
from courier import telling
from courier.models import PushEvent
from courier.pushing import push
from kb.lib.months import SITE_ZONE
from reports.models import Spike

HEARING = (Role.SUPERVISOR, Role.INFORMATION_ADMINISTRATOR)


def name_of(spike: Spike) -> str:
    """What is asked: the entry's question, the line's name, or the words typed in vain."""
    if spike.entry:
        return str(spike.entry)
    if spike.line:
        return spike.line.name
    return spike.words


def sentence(spike: Spike) -> str:
    """What happened, in one sentence, in the language in force."""
    figures = {
        "what": name_of(spike)[:120],
        "calls": spike.calls,
        "usual": round(spike.usual),
        "at": timezone.localtime(spike.started_at, SITE_ZONE).strftime("%H:%M"),
    }
    if spike.kind == Spike.Kind.LINE:
        return _("%(what)s: %(calls)d calls within an hour, usually %(usual)d; since %(at)s.") % figures
    if spike.kind == Spike.Kind.GAP:
        return (
            _("Asked in vain, “%(what)s”: %(calls)d calls within an hour, usually %(usual)d; since %(at)s.")
            % figures
        )
    return _("“%(what)s”: %(calls)d calls within an hour, usually %(usual)d; since %(at)s.") % figures


def began(spike: Spike) -> None:
    """One alert for one spike, in each one's language; called in the transaction that stores it."""
    people, address, key = hearers(spike), reverse("reports:spike", args=[spike.pk]), f"spike:{spike.pk}"

    def said() -> str:
        return sentence(spike)

    def subject() -> str:
        return _("Spike: %(what)s") % {"what": name_of(spike)[:120]}

    def body() -> str:
        return _body(spike, telling.in_mail(address))

    telling.tell(people, said, key=key, address=address)
    telling.send_mail(people, subject, body, key=key, is_urgent=True)
    _push(spike, "began", people)


def ended(spike: Spike) -> None:
    """Open pages hear that it is over; nobody's bell rings for that."""
    _push(spike, "ended", hearers(spike))


def acknowledged(spike: Spike) -> None:
    """Open pages hear that somebody has seen to it."""
    _push(spike, "acknowledged", hearers(spike))


def hearers(spike: Spike) -> list[Agent]:
    """Active people of the two roles; of a restricted entry only those of its lines."""
    people = Agent.objects.filter(is_active=True, groups__name__in=HEARING).distinct()
    entry = spike.entry
    if entry is None or not entry.is_restricted:
        return list(people)
    return list(people.filter(lines__in=entry.concerned_line_ids).distinct())


def _body(spike: Spike, page: str) -> str:
    """The mail: what, since when, of which line, and what was typed."""
    samples = "\n".join(f"{text} ({calls})" for text, calls in spike.samples)
    if spike.line is None:
        return _("%(sentence)s\n\nWhat agents typed:\n%(samples)s\n\nWhere: %(address)s") % {
            "sentence": sentence(spike),
            "samples": samples or "–",
            "address": page,
        }
    return _(
        "%(sentence)s\nBusiness line: %(line)s\n\nWhat agents typed:\n%(samples)s\n\nWhere: %(address)s"
    ) % {
        "sentence": sentence(spike),
        "line": spike.line.name,
        "samples": samples or "–",
        "address": page,
    }


def _push(spike: Spike, state: str, people: Iterable[Agent]) -> None:
    address = reverse("reports:spike", args=[spike.pk])
    for language, readers in telling.by_language(people).items():
        with override(language):
            text = sentence(spike)
        payload = {"id": spike.pk, "state": state, "text": text, "address": address}
        push(PushEvent.Kind.SPIKE, payload, people=readers)
