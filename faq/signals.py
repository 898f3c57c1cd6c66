"""What other rooms may want to know; sent inside the transaction of the change."""

from django.dispatch import Signal

# Sent with ``entry_ids``: what agents find or read of these entries changed (or they came or went).
entries_changed = Signal()

# Sent with ``revision`` and ``by``: every seat agreed to this request, and the entry is out, or back, now.
request_carried_out = Signal()
