"""How the report's figures are written."""

from fractions import Fraction

from django import template
from django.utils.formats import number_format

from accounts.models import Agent
from reports import labels
from reports.buckets import Bucket
from reports.figures import Listed
from reports.reads import Row

register = template.Library()


@register.filter
def percent(share: Fraction) -> str:
    """A share of 1 as a percentage with one decimal place."""
    return f"{number_format(round(float(share) * 100, 1), 1)}%"


@register.filter
def signed(number: int) -> str:
    """A difference with its sign; none for no difference."""
    return f"{number:+d}".replace("-", "−") if number else "0"


@register.filter
def change_since(now: int, before: int) -> str:
    """How much more or less than before, in whole percent; a dash where there was nothing before."""
    if not before:
        return "–"
    return f"{signed(round(100 * (now - before) / before))}%"


@register.filter
def bucket_name(bucket: Bucket) -> str:
    return labels.bucket_name(bucket)


@register.filter
def is_closed_to(row: Row | Listed, reader: Agent) -> bool:
    return row.is_closed_to(reader.line_ids)
