from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, business lines, roles, settings and the audit trail."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import audit_rights
        from accounts.models import Agent, BusinessLine, SettingValue

        audit_rights.readable_by_all(Agent, BusinessLine, SettingValue)
