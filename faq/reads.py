"""What this room tells others without showing its tables: plain values for lists."""

from django.db.models import OuterRef, Subquery

from faq.models import Revision


def newest_question(entry: OuterRef) -> Subquery:
    """The question of an entry's newest text, for one that never was out."""
    texts = Revision.objects.filter(entry=entry).order_by("-number")
    return Subquery(texts.values("question")[:1])
