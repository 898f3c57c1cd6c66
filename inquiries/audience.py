"""Who hears of an inquiry: who works on it, who asked, who watches. Whoever is away is stood in for."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from accounts.models import Agent
from accounts.roles import Role
from inquiries.models import Absence, Asker, Inquiry
from inquiries.standing_in import now_here


class Audience:
    """Looks each group of people up once; for one transaction."""

    def __init__(self) -> None:
        self.away = Absence.objects.away_today()
        self._experts: dict[int, list[Agent]] = {}
        self._holders: dict[Role, list[Agent]] = {}

    def workers(self, inquiry: Inquiry) -> list[Agent]:
        """Whoever it is assigned to, else the line's business experts, else who chases: here today."""
        if inquiry.assigned_to is not None and inquiry.assigned_to.is_active:
            return self._here([inquiry.assigned_to])
        return self._experts_of(inquiry) or self._all(Role.INFORMATION_ADMINISTRATOR)

    def watchers(self, inquiry: Inquiry) -> list[Agent]:
        """Who hears that it is late: the head of the line, else its experts, and every supervisor."""
        head = inquiry.line.head
        is_led = head is not None and head.is_active
        heads = self._here([head]) if head is not None and is_led else self._experts_of(inquiry)
        return _once([*heads, *self._all(Role.SUPERVISOR)])

    def _experts_of(self, inquiry: Inquiry) -> list[Agent]:
        if inquiry.line_id not in self._experts:
            people = Agent.objects.filter(
                groups__name=Role.BUSINESS_EXPERT.value, lines=inquiry.line_id, is_active=True
            )
            self._experts[inquiry.line_id] = self._here(people.order_by("pk"))
        return self._experts[inquiry.line_id]

    def _all(self, role: Role) -> list[Agent]:
        if role not in self._holders:
            people = Agent.objects.filter(groups__name=role.value, is_active=True)
            self._holders[role] = list(people.order_by("pk"))
        return self._holders[role]

    def _here(self, people: Iterable[Agent]) -> list[Agent]:
        """These people, each who is away replaced by who stands in, as long as that is somebody."""
        people = list(people)
        stands = {person.pk: now_here(person.pk, self.away) for person in people}
        by_pk = {person.pk: person for person in people}
        if others := set(stands.values()) - by_pk.keys():
            by_pk |= Agent.objects.filter(is_active=True).in_bulk(others)
        return _once(by_pk.get(stands[person.pk], person) for person in people)


def workers(inquiry: Inquiry) -> list[Agent]:
    """Who works on it today."""
    return Audience().workers(inquiry)


def askers(inquiry: Inquiry) -> list[Agent]:
    """Everybody who forwarded, joined or reopened it."""
    asked = Asker.objects.filter(inquiry=inquiry, person=OuterRef("pk"))
    return list(Agent.objects.filter(Exists(asked), is_active=True).order_by("pk"))


def _once(people: Iterable[Agent]) -> list[Agent]:
    return list({person.pk: person for person in people}.values())
