"""Files and words reach one draft at the same moment: nothing is lost, and no file is kept twice."""

import pytest

from faq import file_types
from faq.models import Attachment, Revision
from faq.services import attaching, drafting
from tests.factories import DraftEntryFactory, InformationAdministratorFactory
from tests.faq.files import PDF, png
from tests.faq.test_at_the_same_moment import both, held_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_of_two_files_both_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    writers = InformationAdministratorFactory.create_batch(2)
    with held_at(attaching, "_with", monkeypatch):
        came_to = both(
            lambda: attaching.attach_to_draft(draft, "a.pdf", PDF, by=writers[0]),
            lambda: attaching.attach_to_draft(draft, "b.png", png(), by=writers[1]),
        )
    assert came_to == ["done", "done"]
    assert set(draft.attachments.values_list("name", flat=True)) == {"a.pdf", "b.png"}
    assert set(writers) <= set(draft.authors.all())


def test_the_same_file_twice_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = DraftEntryFactory.create()
    with held_at(file_types, "tidy_name", monkeypatch):
        came_to = both(*[lambda: attaching.attach(entry, "a.pdf", PDF, by=entry.created_by)] * 2)
    assert came_to == ["done", "done"]
    assert Attachment.objects.count() == 1


def test_a_file_never_takes_back_words_that_were_saved_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = DraftEntryFactory.create().revisions.get()
    writer = InformationAdministratorFactory.create()
    words = drafting.Text("改过的问题", draft.line)
    with held_at(attaching, "_with", monkeypatch), held_at(drafting, "_is_same", monkeypatch):
        came_to = both(
            lambda: attaching.attach_to_draft(draft, "a.pdf", PDF, by=writer),
            lambda: drafting.save_draft(draft, words, by=draft.created_by, seen_at=draft.changed_at),
        )
    fresh = Revision.objects.get()
    assert came_to[0] == "done"
    assert fresh.attachments.count() == 1
    assert (fresh.question == "改过的问题") == (came_to[1] == "done")
