from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """What the counts mean."""

    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from accounts import audit_rights
        from faq.signals import entries_changed, request_carried_out
        from reports import proposal_reads, receivers
        from reports.models import Proposal, Spike

        request_carried_out.connect(receivers.follow_request, dispatch_uid="reports.requests")
        entries_changed.connect(receivers.follow_split, dispatch_uid="reports.split")
        audit_rights.readable_as(Proposal, proposal_reads.readable)
        audit_rights.readable_as(Spike, Spike.objects.visible_to)
