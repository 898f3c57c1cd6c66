from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HitsConfig(AppConfig):
    """The honest counter."""

    name = "hits"
    verbose_name = _("Hits")

    def ready(self) -> None:
        from hits import receivers  # noqa: F401
