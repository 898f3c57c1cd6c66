from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """From a caller's words to entries, best first."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from accounts import audit_rights
        from faq.signals import entries_changed
        from search import outbox, tokenizer
        from search.models import DictionaryVersion, Gap, Trial

        tokenizer.keep_cache_in(settings.WENQU_VAR / "jieba")
        entries_changed.connect(outbox.note_entries, dispatch_uid="search.outbox")
        audit_rights.readable_by_all(DictionaryVersion, Gap, Trial)
