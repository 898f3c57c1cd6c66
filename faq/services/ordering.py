"""The order of a category's entries: done at once, audited, undoable."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq.models import Category, Entry
from faq.services import curating
from faq.services.curating import Curation
from faq.services.locking import lock_entries
from kb.lib.errors import RuleBrokenError


@dataclass(frozen=True)
class Reordered:
    """Every entry of the category, in the order before and after."""

    before: list[int]
    after: list[int]


def order_of(category: Category) -> list[int]:
    """The ids of all that is filed in the category itself, whatever its state, as agents read it."""
    return list(Entry.objects.filter(category=category).in_category_order().values_list("pk", flat=True))


def arranged(now: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """What is there now in the wanted order; what was not thought of keeps its own, behind. Pure."""
    there = set(now)
    first = [pk for pk in dict.fromkeys(wanted) if pk in there]
    return [*first, *(pk for pk in now if pk not in set(first))]


def lock(category: Category) -> list[Entry]:
    """The category, then all that is filed in it, held until the transaction ends."""
    Category.objects.select_for_update(no_key=True).get(pk=category.pk)
    return lock_entries(order_of(category))


@transaction.atomic
def reorder(category: Category, entry_ids: Sequence[int], *, by: Agent) -> Reordered:
    """Put a category's entries in this order; ids that are not filed there (any more) are passed over.

    Locks the category, then its entries. Raises RuleBrokenError when they stand in that order already.
    """
    entries = {entry.pk: entry for entry in lock(category)}
    before = [pk for pk in order_of(category) if pk in entries]
    after = arranged(before, entry_ids)
    if after == before:
        raise RuleBrokenError(_("The entries stand in this order already."))
    moved = [
        Curation(pk, {"position": place})
        for place, pk in enumerate(after, start=1)
        if entries[pk].position != place
    ]
    curating.apply(moved, by=by)
    audit.record(by, "category.reordered", category, before=before, after=after)
    return Reordered(before, after)
