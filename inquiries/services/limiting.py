"""How often one link, and one address, may be tried: counted in the database, for all processes together."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction

from faq.services.locking import database_now
from inquiries.models import LinkTry

STRETCH = timedelta(minutes=10)
MOST_OF_LINK = 30  # in a stretch
MOST_OF_ADDRESS = 60
KEPT = timedelta(days=1)
_COUNT = """
INSERT INTO inquiries_linktry (what, began_at, number) VALUES (%s, %s, 1)
ON CONFLICT (what, began_at) DO UPDATE SET number = inquiries_linktry.number + 1
RETURNING number
"""


@transaction.atomic
def is_too_often(token: str, address: str) -> bool:
    """Count one try of this link from this address; whether either was tried too often of late."""
    began_at = _stretch(database_now())
    tries = [(f"link {token}", MOST_OF_LINK), (f"address {address}", MOST_OF_ADDRESS)]
    numbers = [_count(what, began_at) for what, _most in tries]
    if numbers[1] == 1:
        LinkTry.objects.filter(began_at__lt=began_at - KEPT).delete()
    return any(number > most for number, (_what, most) in zip(numbers, tries, strict=True))


def _count(what: str, began_at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [sha256(what.encode()).hexdigest(), began_at])
        row = cursor.fetchone()
    assert row is not None  # noqa: S101
    number: int = row[0]
    return number


def _stretch(moment: datetime) -> datetime:
    """When the stretch of time began that this moment lies in."""
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(STRETCH.total_seconds()), UTC)
