"""Who has read a bulletin and who has not, by line and by person; and the same as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import Agent
from bulletins.models import Bulletin, Receipt


@dataclass(frozen=True)
class Reader:
    """One person of the audience."""

    name: str
    username: str
    lines: tuple[str, ...]
    read_at: datetime | None


@dataclass(frozen=True)
class Share:
    """How many of how many have read it; of one line, or of all (without a name)."""

    name: str
    read: int
    people: int

    @property
    def percent(self) -> int:
        """Whole percents, never rounded up to all."""
        return self.read * 100 // self.people if self.people else 0


@dataclass(frozen=True)
class Reading:
    """``readers`` who have not read it come first."""

    readers: list[Reader]

    @property
    def all(self) -> Share:
        return _share("", self.readers)

    @property
    def by_line(self) -> list[Share]:
        """One a line, those with the least read first; who is of several lines counts in each."""
        of_line: dict[str, list[Reader]] = {}
        for reader in self.readers:
            for name in reader.lines or (_("Without a line"),):
                of_line.setdefault(name, []).append(reader)
        shares = [_share(name, readers) for name, readers in of_line.items()]
        return sorted(shares, key=lambda share: (share.percent, share.name))

    def table(self) -> Iterator[list[str]]:
        """The header and one row a person, as texts."""
        yield [_("Name"), _("Account"), _("Business lines"), _("Read at")]
        for reader in self.readers:
            moment = localtime(reader.read_at).isoformat(timespec="seconds") if reader.read_at else ""
            yield [reader.name, reader.username, "\n".join(reader.lines), moment]


def reading(bulletin: Bulletin) -> Reading:
    """Of its present version; two queries."""
    people = bulletin.audience.annotate(read_at=Subquery(_receipts(bulletin).values("read_at")[:1]))
    rows = people.prefetch_related("lines").order_by("display_name", "username")
    return Reading(sorted(map(_reader, rows), key=lambda reader: reader.read_at is not None))


def share_of(bulletin: Bulletin) -> Share:
    """The same as ``reading(bulletin).all``, counted without reading who they are."""
    has_read = Exists(_receipts(bulletin))
    found = bulletin.audience.aggregate(read=Count("pk", filter=has_read), people=Count("pk"))
    return Share("", found["read"], found["people"])


def _receipts(bulletin: Bulletin) -> QuerySet[Receipt]:
    return Receipt.objects.filter(bulletin=bulletin, version=bulletin.version, person=OuterRef("pk"))


def _reader(person: Agent) -> Reader:
    read_at: datetime | None = person.read_at  # type: ignore[attr-defined]
    lines = tuple(sorted(line.name for line in person.lines.all()))
    return Reader(str(person), person.username, lines, read_at)


def _share(name: str, readers: list[Reader]) -> Share:
    return Share(name, sum(reader.read_at is not None for reader in readers), len(readers))
