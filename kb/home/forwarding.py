"""To whom an agent turns with a question that no entry answers, by business line."""

from dataclasses import dataclass, field

from accounts.models import Agent, BusinessLine
from accounts.roles import Role

MOST_EXPERTS = 3


@dataclass(frozen=True)
class Addressee:
    """A business line and the first of its business experts, by name."""

    code: str
    name: str
    experts: list[str] = field(default_factory=list)


def addressees() -> list[Addressee]:
    """Every line in use; two queries."""
    found = {line.pk: Addressee(line.code, line.name) for line in BusinessLine.objects.filter(is_active=True)}
    experts = Agent.objects.filter(is_active=True, groups__name=Role.BUSINESS_EXPERT.value, lines__in=found)
    named = experts.order_by("display_name", "username").values_list("lines", "display_name", "username")
    for line, name, username in named:
        if line in found and len(found[line].experts) < MOST_EXPERTS:
            found[line].experts.append(name or username)
    return list(found.values())


def own_line(person: Agent) -> str:
    """The code of the first of a person's own lines, or empty."""
    return person.lines.filter(is_active=True).values_list("code", flat=True).first() or ""
