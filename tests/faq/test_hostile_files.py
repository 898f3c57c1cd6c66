"""Files nobody means well, small: each kind ends in a sentence or a preview, never in an error or half done.

The whole drill, in the size of an attack and with limits of memory and time, is `bench.hostile_files`.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from bench import nasty_files
from faq.models import Entry, ImportRun
from faq.services import import_work
from tests.factories import BusinessLineFactory, InformationAdministratorFactory

pytestmark = pytest.mark.django_db
KINDS = list(dict.fromkeys((kind, suffix) for kind, suffix, _seed in nasty_files.files(200)))
REASONS = {
    "macros": "has macros",
    "external links": "links to other workbooks",
    "something else": "not an XLSX workbook",
    "old or with a password": "old .xls workbook or has a password",
    "damaged XML": "damaged",
    "billion laughs": "damaged",
    "formulas": "holds a formula",
    "lies about its size": "damaged",
}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    BusinessLineFactory.create(code="CARD")
    client = Client()
    client.force_login(InformationAdministratorFactory.create(), "accounts.backends.AccountBackend")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.mark.parametrize(("kind", "suffix"), KINDS)
def test_it_ends_in_a_sentence_or_a_preview(client: Client, kind: str, suffix: str) -> None:
    content = nasty_files.make(kind, 0, size=0.002)
    file = SimpleUploadedFile(f"hostile.{suffix}", content)
    assert client.post("/knowledge/imports/upload/", {"file": file}).status_code == 302
    run = ImportRun.objects.get()
    import_work.run_reading(run.pk)
    run.refresh_from_db()
    assert run.state in {"ready", "failed"}
    if run.state == "failed":
        assert run.error
    shown = client.get(f"/knowledge/imports/{run.key}/")
    assert shown.status_code == 200
    assert REASONS.get(kind, "") in shown.content.decode()
    assert not Entry.objects.exists()
