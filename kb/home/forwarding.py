"""To whom an agent turns with a question that no entry answers, by business line."""

from collections import defaultdict

from accounts.models import Agent
from accounts.roles import Role

MOST_EXPERTS = 3


def experts_by_line() -> dict[str, list[str]]:
    """The names of the first business experts of each line in use that has any, by its code; one query."""
    experts = Agent.objects.filter(
        is_active=True, groups__name=Role.BUSINESS_EXPERT.value, lines__is_active=True
    )
    names: defaultdict[str, list[str]] = defaultdict(list)
    for code, name, username in experts.order_by("display_name", "username").values_list(
        "lines__code", "display_name", "username"
    ):
        if len(names[code]) < MOST_EXPERTS:
            names[code].append(name or username)
    return dict(names)
