"""Who may log in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class AccountBackend(ModelBackend):
    """Passwords as Django does them; demo accounts only while the demo is on."""

    def user_can_authenticate(self, user: Any) -> bool:
        if getattr(user, "is_demo", False) and not settings.WENQU_DEMO:
            return False
        return super().user_can_authenticate(user)
