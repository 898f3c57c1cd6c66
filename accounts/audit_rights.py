"""Whether who reads the audit trail may also read what a row holds.

Each room tells it in its `AppConfig.ready` for its own kinds of subject. Of a kind that no room speaks for,
nobody reads more than who did what, when and to which number.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model, QuerySet

from accounts.models import Agent, AuditRow
from kb.lib.row_ids import row_id

Readable = Callable[[Agent], QuerySet[Any]]
RULES: dict[str, Readable | None] = {}  # by kind of subject; None where there is nothing to keep back


def readable_as(model: type[Model], readable: Readable) -> None:
    """What is recorded of this model is for whom ``readable`` finds it; what is gone, it finds for nobody."""
    RULES[model._meta.label_lower] = readable


def readable_by_all(*models: type[Model]) -> None:
    """What is recorded of these models is for everybody who reads the trail, of what is gone too."""
    RULES.update(dict.fromkeys(model._meta.label_lower for model in models))


def closed_to(reader: Agent, rows: Iterable[AuditRow]) -> set[int]:
    """The numbers of those rows whose details are not for this reader; one query for each kind of subject."""
    kept = [row for row in rows if row.subject_kind not in RULES or RULES[row.subject_kind] is not None]
    asked: defaultdict[str, set[int]] = defaultdict(set)
    for row in kept:
        asked[row.subject_kind].add(row_id(row.subject_id) or 0)
    seen = {
        (kind, str(pk))
        for kind, pks in asked.items()
        if (readable := RULES.get(kind)) is not None
        for pk in readable(reader).filter(pk__in=pks).values_list("pk", flat=True)
    }
    return {row.pk for row in kept if (row.subject_kind, row.subject_id) not in seen}
