"""Bring the catalogues up to date with the strings in code and templates."""

from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand

from kb.messages import catalog

LOCALES = ["zh_Hans", "en"]


class Command(BaseCommand):
    help = (
        "Write every string into locale/*/LC_MESSAGES/django.po; what is translated stays, what is gone goes."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for locale in LOCALES:
            path = Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = catalog(locale)
            kept = fresh
            if path.exists():
                with path.open("rb") as file:
                    kept = read_po(file, locale=locale)
                kept.update(fresh, no_fuzzy_matching=True, update_header_comment=False)
            kept.obsolete.clear()
            if locale == "en":
                for message in kept:
                    if message.id and not any(_texts(message.string)):
                        message.string = message.id
            with path.open("wb") as file:
                write_po(file, kept, sort_output=True, width=100, include_lineno=False, ignore_obsolete=True)
            missing = sum(1 for message in kept if message.id and not all(_texts(message.string)))
            self.stdout.write(f"{locale}: {len(kept)} strings, {missing} without a translation")


def _texts(string: Any) -> list[str]:
    return list(string) if isinstance(string, (list, tuple)) else [string]
