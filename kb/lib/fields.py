"""What PostgreSQL knows and Django has no name for."""

from typing import Any

from django.db import models
from django.db.models import DateTimeField, Func, Value
from django.db.models.fields import BigIntegerField, TextField


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """The id of the transaction that wrote the row, never used twice (``xid8``).

    It is compared and ordered in SQL only: psycopg hands it over as text, and text sorts otherwise.
    """

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "xid8"


class ClockTimestamp(Func):
    """The moment itself, where ``Now()`` is the moment the statement began."""

    function = "clock_timestamp"
    output_field = DateTimeField()


class CurrentTransactionId(Func):
    """The id of the running transaction."""

    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class CurrentSnapshot(Func):
    """Which transactions had ended when the statement began, as text."""

    template = "pg_current_snapshot()::text"
    output_field = TextField()


class NextOf(Func):
    """The next number of a sequence."""

    function = "nextval"
    output_field = BigIntegerField()

    def __init__(self, sequence: str) -> None:
        super().__init__(Value(sequence))
