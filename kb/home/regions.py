"""The regions and customer segments that texts have variants for: what the desk's choice offers."""

from django.db.models import CharField, F, Func

from accounts.models import Agent
from faq.models import Entry

MOST = 200


class VariantNames(Func):
    """The names of a revision's variants, a row each."""

    template = "jsonb_path_query(%(expressions)s, '$[*].name') #>> '{}'"
    output_field = CharField()
    set_returning = True


def regions_for(person: Agent) -> list[str]:
    """Names of variants in entries that this person may find now; one query."""
    entries = Entry.objects.findable_by(person).exclude(live_revision__variants=[])
    names = entries.order_by().annotate(region=VariantNames(F("live_revision__variants")))
    return list(names.values_list("region", flat=True).distinct().order_by("region")[:MOST])
