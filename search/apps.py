from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """From a caller's words to entries, best first."""

    name = "search"
    verbose_name = _("Search")
