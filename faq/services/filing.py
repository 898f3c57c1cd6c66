"""The category tree."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq import wording
from faq.models import Category
from kb.lib.errors import RuleBrokenError

LONGEST_NAME = 100
LONGEST_PATH = 500


def tidy_path(path: str) -> str:
    """``a / b`` as ``a/b``; an empty one stays empty. Raises RuleBrokenError on a missing or long name."""
    path = wording.tidy_line(path)
    if not path:
        return ""
    names = [name.strip() for name in path.split("/")]
    if not all(names):
        raise RuleBrokenError(_("The category “%(path)s” has a part without a name.") % {"path": path[:100]})
    tidied = "/".join(names)
    if len(tidied) > LONGEST_PATH or max(map(len, names)) > LONGEST_NAME:
        raise RuleBrokenError(_("A category's name has at most 100 characters, its path 500."))
    return tidied


@transaction.atomic
def get_or_make(path: str, *, by: Agent) -> Category:
    """The category at this path (names joined by ``/``), made with its parents where they are missing."""
    names = tidy_path(path).split("/")
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
    if found is None:
        raise RuleBrokenError(_("The category has no name."))
    return found
