"""Who hears of an inquiry: who works on it, who asked, who watches. Whoever is away is stood in for."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from accounts.models import Agent
from accounts.roles import Role
from inquiries.models import Absence, Asker, Inquiry
from inquiries.standing_in import now_here


def workers(inquiry: Inquiry) -> list[Agent]:
    """Whoever it is assigned to, else the line's business experts, else who chases: here today."""
    if inquiry.assigned_to is not None and inquiry.assigned_to.is_active:
        return here([inquiry.assigned_to])
    return experts(inquiry) or _holders(Role.INFORMATION_ADMINISTRATOR)


def experts(inquiry: Inquiry) -> list[Agent]:
    """The business experts of its line, or who stands in for them."""
    return here(_holders(Role.BUSINESS_EXPERT, line_id=inquiry.line_id))


def watchers(inquiry: Inquiry) -> list[Agent]:
    """Who hears that it is late: the head of the line, else its experts, and every supervisor."""
    head = inquiry.line.head
    heads = here([head]) if head is not None and head.is_active else experts(inquiry)
    return _once([*heads, *_holders(Role.SUPERVISOR)])


def askers(inquiry: Inquiry) -> list[Agent]:
    """Everybody who forwarded, joined or reopened it."""
    asked = Asker.objects.filter(inquiry=inquiry, person=OuterRef("pk"))
    return list(Agent.objects.filter(Exists(asked), is_active=True).order_by("pk"))


def here(people: Iterable[Agent]) -> list[Agent]:
    """These people, each who is away replaced by who stands in, as long as that is somebody."""
    people = list(people)
    away = Absence.objects.away_today()
    stands = {person.pk: now_here(person.pk, away) for person in people}
    others = Agent.objects.in_bulk(set(stands.values()) - stands.keys()) if away else {}
    by_pk = {**{person.pk: person for person in people}, **others}
    found = [by_pk[stands[person.pk]] for person in people]
    return _once(
        substitute if substitute.is_active else person
        for person, substitute in zip(people, found, strict=True)
    )


def _holders(role: Role, line_id: int | None = None) -> list[Agent]:
    people = Agent.objects.filter(groups__name=role.value, is_active=True)
    if line_id is not None:
        people = people.filter(lines=line_id)
    return list(people.order_by("pk"))


def _once(people: Iterable[Agent]) -> list[Agent]:
    return list({person.pk: person for person in people}.values())
