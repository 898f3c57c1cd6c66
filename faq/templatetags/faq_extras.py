"""How this room's pages write ages."""

from datetime import datetime

from django import template
from django.utils import timezone

from faq import ages

register = template.Library()


@register.filter
def age(moment: datetime | None) -> str:
    """How long ago, or how long from now."""
    return ages.between(moment, timezone.now()) if moment else ""


@register.filter
def is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= timezone.now()
