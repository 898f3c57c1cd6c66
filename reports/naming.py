"""What entries ask today, as far as a reader may know it."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import Agent
from faq.models import Entry


def questions(entry_ids: Collection[int], reader: Agent) -> dict[int, str]:
    """By entry; of one that is restricted to other lines only that it is."""
    if not entry_ids:
        return {}
    columns = "pk", "live_revision__question", "is_restricted", "concerned_line_ids"
    found = Entry.objects.filter(pk__in=list(entry_ids)).values_list(*columns)
    return {
        pk: _("Restricted entry") if closed and reader.line_ids.isdisjoint(lines) else question or ""
        for pk, question, closed, lines in found
    }
