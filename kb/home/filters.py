"""What the desk's chips choose from."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import Agent, BusinessLine
from faq.models import Category, Entry, Kind
from kb.home.regions import regions_for


@dataclass(frozen=True)
class Choices:
    """Lines as (code, name, whether the person's own), own ones first; categories as (id, path); kinds.

    ``regions`` are no filter: of an entry with variants they choose which is shown first.
    """

    lines: list[tuple[str, str, bool]]
    categories: list[tuple[int, str]]
    kinds: list[tuple[str, str]]
    regions: list[str]


def choices_for(person: Agent) -> Choices:
    """Three queries, whatever the number of entries."""
    lines = [
        (line.code, line.name, line.pk in person.line_ids)
        for line in BusinessLine.objects.filter(is_active=True)
    ]
    used = Entry.objects.findable_by(person).filter(category=OuterRef("pk"))
    categories = Category.objects.filter(Exists(used))
    return Choices(
        lines=sorted(lines, key=lambda line: not line[2]),
        categories=list(categories.values_list("pk", "path")),
        kinds=[(str(value), str(label)) for value, label in Kind.choices],
        regions=regions_for(person),
    )
