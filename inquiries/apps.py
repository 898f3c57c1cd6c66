from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InquiriesConfig(AppConfig):
    """Questions nobody has answered yet, on their way to the business departments and back."""

    name = "inquiries"
    verbose_name = _("Inquiries")
