"""Who is asked to sign a text, who has, and who could: the seats as the review page shows them. Read only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models import Revision, SignOff, Verdict

CENTRE = "centre"  # the call centre's seat in forms; a line's is its key


@dataclass(frozen=True)
class SeatState:
    """One seat: its verdict, or who is asked for it since when, and who else could be."""

    key: str
    line: BusinessLine | None
    sign_off: SignOff | None
    asked: Agent | None
    asked_at: datetime | None
    is_mine: bool
    candidates: list[Agent] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.line) if self.line else _("Call centre")

    @property
    def is_approved(self) -> bool:
        return self.sign_off is not None and self.sign_off.verdict == Verdict.APPROVED


def lines_of(revision: Revision) -> list[BusinessLine]:
    """The lines that have a seat, the owning one first."""
    others = [line for line in revision.lines_concerned.all() if line.pk != revision.line_id]
    return [revision.line, *others]


def experts() -> models.QuerySet[Agent]:
    """Everybody who stands for some seat."""
    roles = [Role.CALL_CENTRE_EXPERT.value, Role.BUSINESS_EXPERT.value]
    stands = Agent.groups.through.objects.filter(agent=OuterRef("pk"), group__name__in=roles)
    return Agent.objects.filter(Exists(stands), is_active=True).order_by("display_name", "pk")


def seats_for(revision: Revision, person: Agent, *, with_candidates: bool) -> list[SeatState]:
    """Every seat of the text; which of them are this person's to fill, and whom they may ask."""
    lines: list[BusinessLine | None] = [None, *lines_of(revision)]
    signed = {
        one.line_id: one for one in revision.sign_offs.all() if one.voided_at is None
    }  # several rows of one seat are there only as history
    asked = {one.line_id: one for one in revision.review_requests.all()}
    may_sign = Revision.objects.filter(pk=revision.pk).awaiting(person).exists()
    people = _candidates(revision, lines, signed) if with_candidates else {}
    found = []
    for line in lines:
        pk = line.pk if line else None
        request = asked.get(pk)
        found.append(
            SeatState(
                key=str(pk) if pk else CENTRE,
                line=line,
                sign_off=signed.get(pk),
                asked=request.reviewer if request else None,
                asked_at=request.asked_at if request else None,
                is_mine=may_sign and pk not in signed and permissions.may_fill_seat(person, line),
                candidates=people.get(pk, []),
            )
        )
    return found


def _candidates(
    revision: Revision, lines: Iterable[BusinessLine | None], signed: dict[int | None, SignOff]
) -> dict[int | None, list[Agent]]:
    """Who stands for each free seat, may read the entry, and neither wrote nor signed the text."""
    taken = {one.reviewer_id for one in signed.values()} | {author.pk for author in revision.authors.all()}
    people = Agent.objects.filter(is_active=True).exclude(pk__in=taken)
    experts = _holders(people, Role.CALL_CENTRE_EXPERT)
    if revision.entry.is_restricted:
        concerned = {*revision.entry.concerned_line_ids, *(line.pk for line in lines if line)}
        experts = experts.filter(Exists(_lines_of_people(concerned)))
    found: dict[int | None, list[Agent]] = {None: list(experts)}
    business = {person.pk: person for person in _holders(people, Role.BUSINESS_EXPERT)}
    keys = [line.pk for line in lines if line]
    pairs = Agent.lines.through.objects.filter(businessline__in=keys, agent__in=business)
    for line_id, person_id in pairs.order_by("agent__display_name", "agent").values_list(
        "businessline", "agent"
    ):
        found.setdefault(line_id, []).append(business[person_id])
    return {key: value for key, value in found.items() if key not in signed}


def _holders(people: models.QuerySet[Agent], role: Role) -> models.QuerySet[Agent]:
    return people.filter(groups__name=role.value).order_by("display_name", "pk")


def _lines_of_people(line_ids: Iterable[int]) -> models.QuerySet[models.Model]:
    through: models.QuerySet[models.Model] = Agent.lines.through.objects.filter(
        agent=OuterRef("pk"), businessline__in=line_ids
    )
    return through
