"""How the report's words read in the user's language."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from faq.models import Kind
from kb.lib.months import Month
from reports.buckets import Bucket

BUCKET_NAMES = {
    Bucket.VERY_HIGH: _("very high"),
    Bucket.HIGH: _("high"),
    Bucket.LOW: _("low"),
    Bucket.VERY_LOW: _("very low"),
}


def bucket_name(bucket: Bucket) -> str:
    return str(BUCKET_NAMES[bucket])


def bucket_colour(bucket: Bucket) -> str:
    return f"var(--bucket-{bucket.value.replace('_', '-')})"


def bucket_ink(bucket: Bucket) -> str:
    """What is read on the bucket's colour."""
    return f"var(--bucket-{bucket.value.replace('_', '-')}-ink)"


def kind_name(kind: str) -> str:
    return str(Kind(kind).label) if kind in Kind.values else kind


def month_name(month: Month) -> str:
    return f"{month.number}月" if _is_chinese() else date_format(month.first_day, "F")


def short_month(month: Month) -> str:
    return f"{month.number}月" if _is_chinese() else date_format(month.first_day, "M")


def day_of_month(day: date) -> str:
    """As a sentence names it after its weekday."""
    return f"{day.day}日" if _is_chinese() else date_format(day, r"\t\h\e jS")


def weekday_name(weekday: int) -> str:
    """Of 1 (Monday) to 7."""
    return date_format(date(2024, 1, weekday), "l")  # that January began on a Monday


def _is_chinese() -> bool:
    """Django writes months in Chinese numerals, which no bank does."""
    return (get_language() or "").startswith("zh")
