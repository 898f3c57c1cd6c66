from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    """Entries, their revisions and how they come into force."""

    name = "faq"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from accounts import audit_rights
        from faq import receivers
        from faq.models import Attachment, BulkAct, Category, Entry, Flag, Revision
        from faq.signals import entries_changed

        entries_changed.connect(receivers.answer_fixed_flags, dispatch_uid="faq.flags")
        entries_changed.connect(receivers.push_changes, dispatch_uid="faq.push")
        entries_changed.connect(receivers.end_redirects, dispatch_uid="faq.redirects")
        audit_rights.readable_as(Entry, Entry.objects.visible_to)
        audit_rights.readable_as(Revision, Revision.objects.readable_by)
        audit_rights.readable_as(Attachment, Attachment.objects.readable_by)
        audit_rights.readable_as(Flag, Flag.objects.about_visible_to)
        audit_rights.readable_as(BulkAct, BulkAct.objects.open_to)
        audit_rights.readable_by_all(Category)
