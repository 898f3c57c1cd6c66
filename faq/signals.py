"""What other rooms may want to know; sent inside the transaction of the change."""

from django.dispatch import Signal

# Sent with ``entry_ids``: what agents find or read of these entries changed (or they came or went).
entries_changed = Signal()
