from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """What the counts mean."""

    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from faq.signals import entries_changed, request_carried_out
        from reports import receivers

        request_carried_out.connect(receivers.follow_request, dispatch_uid="reports.requests")
        entries_changed.connect(receivers.follow_split, dispatch_uid="reports.split")
