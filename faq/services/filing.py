"""The category tree."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq import wording
from faq.models import Category
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def get_or_make(path: str, *, by: Agent) -> Category:
    """The category at this path (names joined by ``/``), made with its parents where they are missing.

    Raises RuleBrokenError on a path with a missing or too long name.
    """
    try:
        names = wording.tidy_path(path).split("/")
    except ValueError as error:
        raise RuleBrokenError(str(error)) from None
    if names == [""]:
        raise RuleBrokenError(_("The category has no name."))
    found: Category | None = None
    for depth, name in enumerate(names, start=1):
        parent = found
        found, is_new = Category.objects.get_or_create(
            path="/".join(names[:depth]),
            defaults={
                "name": name,
                "parent": parent,
                "ancestor_ids": [*parent.ancestor_ids, parent.pk] if parent else [],
            },
        )
        if is_new:
            audit.record(by, "category.made", found, path=found.path)
    assert found is not None  # noqa: S101  split gives one part at least
    return found
