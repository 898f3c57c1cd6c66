"""The audit trail is written here, in the transaction of the act itself."""

from typing import Any

from django.db import models

from accounts.models import Agent, AuditRow


def record(actor: Agent | None, act: str, subject: models.Model, **detail: Any) -> AuditRow:
    """Add one row; ``act`` is ``thing.verb`` in the past tense, such as ``entry.published``."""
    return AuditRow.objects.create(
        actor=actor,
        act=act,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        detail=detail,
    )
