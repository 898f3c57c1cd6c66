"""What became of each entry: when it was published, signed and revised, which ones are special."""

import random
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kb.demo.entries import Row, moment
from kb.demo.topics import year_before
from kb.lib.months import SITE_ZONE, Month

# These say nothing of dates, so they can be given any.
NEW = {"demo-cc-027": 20, "demo-eb-034": 13, "demo-pb-025": 9, "demo-wm-009": 5}
EXPIRED, SCHEDULED, WITHDRAWN, RESTRICTED = "demo-wm-031", "demo-wm-027", "demo-pb-044", "demo-wm-030"
WITHDRAWN_DAYS_AGO = 12
REASON_FOR_WITHDRAWING = "与“颐年礼”活动重复，客户分不清，合并到那一条"
SHARE_UNSIGNED = 0.06
NOTICE_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True)
class Story:
    """One entry's past; ``revised_at`` is when its present text came into force, else None."""

    published_at: datetime
    revised_at: datetime | None = None
    withdrawn_at: datetime | None = None
    is_restricted: bool = False
    is_signed: bool = True

    @property
    def live_since(self) -> datetime:
        return self.revised_at or self.published_at


def with_validity(row: Row, now: datetime) -> Row:
    """The row with the validity that its part in the story asks for."""
    if row["external_id"] == EXPIRED:
        return {**row, "valid_until": Month.of(now).starts_at.isoformat()}
    if row["external_id"] == SCHEDULED:
        return {**row, "valid_from": Month.of(now).later(1).starts_at.isoformat()}
    return row


def story_of(row: Row, now: datetime, rng: random.Random) -> Story:
    """Most entries are older than the year of calls, and were revised when their notice came out."""
    key, begins = row["external_id"], moment(row["valid_from"])
    is_signed = rng.random() >= SHARE_UNSIGNED
    if key in NEW:
        return Story(_at_work(now - timedelta(days=NEW[key]), rng))
    if key == WITHDRAWN:
        gone = _at_work(now - timedelta(days=WITHDRAWN_DAYS_AGO), rng)
        return Story(_before(min(begins or gone, gone), now, rng), withdrawn_at=gone)
    if begins and begins > year_before(now):
        return Story(_before(begins, now, rng), is_signed=is_signed)
    first = _at_work(year_before(now) - timedelta(days=rng.randint(10, 500)), rng)
    return Story(first, _revised(row, first, now, rng), None, key == RESTRICTED, is_signed)


def _revised(row: Row, first: datetime, now: datetime, rng: random.Random) -> datetime | None:
    """A few days after the notice that is its source, when that came after the first text."""
    found = NOTICE_DATED.search(row["source"])
    if not found:
        return None
    day = date.fromisoformat(found[1])
    revised = datetime(day.year, day.month, day.day, tzinfo=SITE_ZONE) + timedelta(days=rng.randint(2, 9))
    revised = _at_work(revised, rng)
    return revised if first + timedelta(days=14) < revised < now - timedelta(days=1) else None


def _before(begins: datetime, now: datetime, rng: random.Random) -> datetime:
    """A few days before it begins, and some days ago at least."""
    return _at_work(min(begins, now) - timedelta(days=rng.randint(3, 8)), rng)


def _at_work(day: datetime, rng: random.Random) -> datetime:
    """Between nine and half past five of that day, or of the Friday before it."""
    here = day.astimezone(SITE_ZONE)
    here -= timedelta(days=max(0, here.weekday() - 4))
    return here.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(
        seconds=rng.randrange(8 * 3600 + 1800)
    )
