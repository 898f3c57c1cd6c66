from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    """Entries, their revisions and how they come into force."""

    name = "faq"
    verbose_name = _("Knowledge")
