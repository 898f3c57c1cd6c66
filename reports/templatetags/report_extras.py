"""How the report's figures are written, and where its pages lie."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

from accounts.models import Agent, BusinessLine
from kb.lib.months import Month
from reports import labels, written
from reports.day import DayEntry
from reports.figures import Listed
from reports.reading import report_address
from reports.reads import Row
from reports.tables import Form, Line, Table

register = template.Library()

percent = register.filter(written.percent)
signed = register.filter(written.signed)
counted = register.filter("counted", written.count)
short_month = register.filter(labels.short_month)
bucket_name = register.filter(labels.bucket_name)


@dataclass(frozen=True)
class Cell:
    said: str
    is_number: bool


@register.filter
def cells(line: Line, table: Table) -> list[Cell]:
    """The row's cells as they are read."""
    forms = [column.form for column in table.columns]
    return [
        Cell(written.value(value, form), form is not Form.TEXT)
        for value, form in zip(line.values, forms, strict=True)
    ]


@register.filter
def is_closed_to(row: Row | Listed | DayEntry, reader: Agent) -> bool:
    return row.is_closed_to(reader.line_ids)


@register.filter
def report_page(month: Month, line: BusinessLine | None = None) -> str:
    return report_address(month, line)


@register.filter
def owner_entries(month: Month, code: str) -> str:
    """The entries of a month that a line owns, in the scope of all lines."""
    return f"{reverse('reports:entry-list', args=[month])}?{urlencode({'owner': code})}"


@register.filter
def day_page(day: date, line: BusinessLine | None = None) -> str:
    query = f"?{urlencode({'line': line.code})}" if line else ""
    return reverse("reports:day-detail", args=[day.isoformat()]) + query


@register.simple_tag(takes_context=True)
def narrowed_by(context: Context, name: str, value: str | None) -> str:
    """The page's query with one filter set or taken off, from the first page on."""
    query: Any = context["request"].GET.copy()
    query.pop("page", None)
    query.pop(name, None)
    if value is not None:
        query[name] = value
    return f"?{query.urlencode()}" if query else ""
