from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    """Entries, their revisions and how they come into force."""

    name = "faq"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from faq import receivers
        from faq.signals import entries_changed

        entries_changed.connect(receivers.answer_fixed_flags, dispatch_uid="faq.flags")
        entries_changed.connect(receivers.push_changes, dispatch_uid="faq.push")
        entries_changed.connect(receivers.end_redirects, dispatch_uid="faq.redirects")
