"""The short forms of measurements that count: transactions that end, and tables that are empty afterwards."""

from tests.hits.conftest import committed, without_truncating

__all__ = ["committed", "without_truncating"]
