import os
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


def keep_compiled_in(directory: Path) -> None:
    """Let Numba keep what it compiled where nobody else may write (it would be executed)."""
    if "NUMBA_CACHE_DIR" not in os.environ:  # Numba looks when it is imported, which the engine does
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["NUMBA_CACHE_DIR"] = str(directory)


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
        keep_compiled_in(settings.WENQU_VAR / "compiled")
        entries_changed.connect(outbox.note_entries, dispatch_uid="search.outbox")
        audit_rights.readable_by_all(DictionaryVersion, Gap, Trial)
