from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InquiriesConfig(AppConfig):
    """Questions nobody has answered yet, on their way to the business departments and back."""

    name = "inquiries"
    verbose_name = _("Inquiries")

    def ready(self) -> None:
        from accounts import audit_rights
        from courier import filling
        from faq.signals import entries_changed
        from inquiries import receivers
        from inquiries.models import CalendarDay, CalendarYear, Inquiry
        from inquiries.services import linking

        entries_changed.connect(receivers.note_published, dispatch_uid="inquiries.published")
        filling.register(linking.BLANK, linking.address_of)
        audit_rights.readable_as(Inquiry, Inquiry.objects.visible_to)
        audit_rights.readable_by_all(CalendarDay, CalendarYear)
