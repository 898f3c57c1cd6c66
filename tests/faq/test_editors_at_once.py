"""Many editors on one draft, each held between reading and writing: no text is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection

from accounts.models import Agent, AuditRow
from faq import sheet as sheets
from faq.models import Revision
from faq.services import drafting
from faq.services.drafting import DraftChangedError, Text
from faq.services.writing import Beside, Writing, save
from tests.factories import DraftEntryFactory, InformationAdministratorFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
EDITORS, SAVES = 6, 4
PATIENCE = 0.05


def test_every_saved_text_was_seen_by_whoever_wrote_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each adds its own line to what it read; in the end every line that was saved is there."""
    revision = DraftEntryFactory.create(answer="0").revisions.get()
    editors = InformationAdministratorFactory.create_batch(EDITORS)
    meeting = Barrier(2)
    same = drafting._is_same

    def held(*texts: Any) -> bool:
        try:
            meeting.wait(PATIENCE)
        except BrokenBarrierError:
            meeting.reset()
        return same(*texts)

    monkeypatch.setattr(drafting, "_is_same", held)

    def write(editor: Agent) -> list[str]:
        try:
            return [line for turn in range(SAVES) if (line := attempt(revision, editor, turn))]
        finally:
            connection.close()

    with ThreadPoolExecutor(EDITORS) as pool:
        saved = [line for lines in pool.map(write, editors) for line in lines]
    revision.refresh_from_db()
    assert saved
    assert sorted(revision.answer.split("\n")) == sorted(["0", *saved])
    assert AuditRow.objects.filter(act="draft.saved").count() == len(saved)


def attempt(revision: Revision, editor: Agent, turn: int) -> str:
    """The line that was saved, or nothing when somebody else was first."""
    seen = Revision.objects.select_related("entry__source").get(pk=revision.pk)
    sheet = sheets.of(seen, editor)
    digests = sheets.digests(sheet)
    line = f"{editor.username}-{turn}"
    sheet["answer"] = [f"{seen.answer}\n{line}"]
    text = Text(seen.question, seen.line, answer=sheet["answer"][0])
    writing = Writing(sheet, text, Beside(), seen.significance, seen.reason)
    try:
        save(seen, writing, by=editor, seen_at=seen.changed_at, seen=digests)
    except DraftChangedError:
        return ""
    return line
