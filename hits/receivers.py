"""What other rooms' signals mean for calls."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from accounts.models import Agent
from hits import calls


@receiver(user_logged_out, dispatch_uid="hits.end_call_on_log_out")
def end_call_on_log_out(user: Agent | None, **_: Any) -> None:
    """Logging out ends the call (product.md §5)."""
    if user is not None:
        calls.end_calls_of(user)
