"""Both languages are complete: no string without a translation, no text in a template outside of gettext."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings

from kb.messages import Message, messages

TEMPLATES = Path(settings.BASE_DIR) / "templates"
CODE = re.compile(
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*blocktranslate.*?endblocktranslate\s*%}"
    r"|{%\s*block body_\w+\s*%}.*?{%\s*endblock[^%]*%}|{%.*?%}|{{.*?}}"
    r"|<!--.*?-->|<script.*?</script>|<kbd\b.*?</kbd>|<svg\b.*?</svg>",
    re.DOTALL,
)
READ_ALOUD = re.compile(r'\s(?:title|placeholder|aria-label|alt|aria-description|data-text-[\w-]+)="([^"]*)"')
WORDS = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
NAMES = {"Wenqu", "问渠", "English", "简体中文", "CSV", "XLSX"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.fixture(scope="module")
def found() -> list[Message]:
    return list(messages())


def catalogue(locale: str) -> Catalog:
    with (Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=locale)


def translations(known: Catalog, message: Message) -> list[str]:
    entry = known.get(message.text, context=message.context)
    if entry is None or entry.fuzzy:
        return [""]
    return [*entry.string] if isinstance(entry.string, (list, tuple)) else [entry.string or ""]


def test_the_extractor_reads_code_and_templates(found: list[Message]) -> None:
    places = {message.place.split(":")[0] for message in found}
    assert "accounts/roles.py" in places
    assert any(place.startswith("templates/") for place in places)
    assert any(message.plural for message in found)


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_every_string_is_translated(found: list[Message], locale: str) -> None:
    known = catalogue(locale)
    missing = [f"{one.place}: {one.text!r}" for one in found if not all(translations(known, one))]
    assert not missing, "manage.py update_messages, then translate:\n" + "\n".join(missing)


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_translations_keep_their_placeholders(found: list[Message], locale: str) -> None:
    known = catalogue(locale)
    wrong = [
        one.text
        for one in found
        for text in translations(known, one)
        if text
        and set(PLACEHOLDER.findall(text)) - {"%%"} - set(PLACEHOLDER.findall(one.text + (one.plural or "")))
    ]
    assert not wrong


def test_chinese_is_not_the_english_text(found: list[Message]) -> None:
    known = catalogue("zh_Hans")
    same = [
        one.text
        for one in found
        if WORDS.search(one.text) and one.text in translations(known, one) and one.text not in NAMES
    ]
    assert not [text for text in same if re.search(r"[a-z]{3,} [a-z]{2,}", text)]


def test_no_text_in_a_template_stands_outside_of_gettext() -> None:
    loose = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = CODE.sub(lambda code: "\n" * code[0].count("\n"), path.read_text(encoding="utf-8"))
        for number, line in enumerate(re.sub(r"<[^>]*>", tag_text, text).splitlines(), start=1):
            words = set(WORDS.findall(line)) - NAMES
            if words:
                loose.append(f"{path.relative_to(TEMPLATES)}:{number}: {' '.join(sorted(words))}")
    assert not loose, "\n".join(loose)


def tag_text(tag: re.Match[str]) -> str:
    """Of a tag, only what a person reads or hears."""
    return " ".join(READ_ALOUD.findall(tag[0])) + "\n" * tag[0].count("\n")
