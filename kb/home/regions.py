"""The regions and customer segments that texts have variants for: what the desk's choice offers."""

from django.db.models import CharField, F, Func

from accounts.models import Agent
from faq.models import Entry, Revision

MOST = 200


class VariantNames(Func):
    """The names of a revision's variants, a row each."""

    template = "jsonb_path_query(%(expressions)s, '$[*].name') #>> '{}'"
    output_field = CharField()
    set_returning = True


def regions_for(person: Agent) -> list[str]:
    """Names of variants in entries that this person may find now; one query."""
    live = Revision.objects.filter(live_entry__in=Entry.objects.findable_by(person).order_by())
    names = live.exclude(variants=[]).annotate(region=VariantNames(F("variants")))
    return list(names.values_list("region", flat=True).distinct().order_by("region")[:MOST])
