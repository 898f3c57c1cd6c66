"""The roles of product.md §1, as Django groups."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """A group's name is the value; a migration makes the groups."""

    AGENT = "agent", _("Agent")
    INFORMATION_ADMINISTRATOR = "information_administrator", _("Information administrator")
    CALL_CENTRE_EXPERT = "call_centre_expert", _("Call-centre expert")
    BUSINESS_EXPERT = "business_expert", _("Business expert")
    SUPERVISOR = "supervisor", _("Supervisor")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
