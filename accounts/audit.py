"""The audit trail is written here, in the transaction of the act itself."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from accounts.models import Agent, AuditRow


def record(actor: Agent | None, act: str, subject: models.Model, **detail: Any) -> AuditRow:
    """Add one row; ``act`` is ``thing.verb`` in the past tense, such as ``entry.published``."""
    row = _row(actor, act, subject, detail)
    row.save(force_insert=True)
    return row


def record_all(
    actor: Agent | None, act: str, subjects: Iterable[tuple[models.Model, dict[str, Any]]]
) -> list[AuditRow]:
    """The same act on many subjects, each with its detail; one row each, few statements."""
    rows = [_row(actor, act, subject, detail) for subject, detail in subjects]
    return AuditRow.objects.bulk_create(rows, batch_size=1000)


def _row(actor: Agent | None, act: str, subject: models.Model, detail: dict[str, Any]) -> AuditRow:
    return AuditRow(
        actor=actor,
        act=act,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        detail=detail,
    )
