"""Taking a notice in, and making drafts of its passages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from bulletins import paragraphs
from bulletins.content import LONGEST_TITLE as LONGEST_BULLETIN_TITLE
from bulletins.content import MOST_ENTRIES, Content
from bulletins.models import Bulletin, Notice, Passage
from bulletins.services import publishing
from bulletins.services.locking import lock_bulletin
from courier.telling import in_mail
from faq import wording
from faq.exchange.source import LONGEST_TITLE
from faq.models import Revision, Source
from faq.services import curating, drafting
from kb.lib.errors import RuleBrokenError

LONGEST_NOTICE = 200_000
MOST_PARAGRAPHS = 900
MOST_DRAFTS = 20


class NoticeKnownError(RuleBrokenError):
    """The notice was taken in before; ``notice`` is that one."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(_("This notice is here already."))
        self.notice = notice


@dataclass(frozen=True)
class Chosen:
    """The paragraphs one draft is made of, and the draft's text."""

    paragraphs: Sequence[int]
    text: drafting.Text
    is_restricted: bool = False


@transaction.atomic
def take_in(
    text: str, *, title: str, by: Agent, link: str = "", dated_on: date | None = None, file_name: str = ""
) -> Notice:
    """Keep a notice's text with its source; a source of the same title, link and date becomes this notice's.

    Locks the source. Raises NoticeKnownError when it has a notice, RuleBrokenError when title or text are
    missing or too long. The link is kept as text and never fetched.
    """
    title, text = wording.tidy_line(title), wording.tidy(text)
    _check(title, text)
    source, _is_new = Source.objects.get_or_create(title=title, link=link, dated_on=dated_on)
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    known = Notice.objects.filter(source=source).first()
    if known is not None:
        raise NoticeKnownError(known)
    notice = Notice.objects.create(source=source, text=text, file_name=file_name[:200], added_by=by)
    audit.record(by, "notice.taken_in", notice, title=title, source=source.pk)
    return notice


@transaction.atomic
def begin_bulletin(notice: Notice, *, by: Agent) -> Bulletin:
    """A bulletin's draft with the notice's title and text; it and the notice's entries know each other.

    Raises RuleBrokenError when the person may not write bulletins.
    """
    content = Content(
        title=notice.source.title[:LONGEST_BULLETIN_TITLE],
        body=notice.text[: wording.LONGEST_TEXT],
        entry_ids=_entry_ids(notice),
    )
    return publishing.draft(content, by=by, notice=notice)


@transaction.atomic
def take_in_bulletin(bulletin: Bulletin, *, by: Agent) -> Notice:
    """The notice a bulletin was made of, or else its own text as one; entries made of it know both.

    Locks the bulletin, so that it becomes one notice. Raises RuleBrokenError for one without a text, and for
    a restricted one: notices are open to everybody who writes.
    """
    bulletin = lock_bulletin(bulletin)
    if bulletin.notice is not None:
        return bulletin.notice
    if bulletin.is_restricted:
        raise RuleBrokenError(
            _("This bulletin is restricted, and a notice is open to everybody who writes entries.")
        )
    address = reverse("bulletins:bulletin", args=[bulletin.pk])
    notice = take_in(
        bulletin.body,
        title=bulletin.title,
        by=by,
        link=in_mail(address),
        dated_on=localdate(bulletin.published_at) if bulletin.published_at else None,
    )
    bulletin.notice = notice
    bulletin.save(update_fields=["notice"])
    return notice


def _entry_ids(notice: Notice) -> list[int]:
    made = Passage.objects.filter(notice=notice).order_by("pk").values_list("entry_id", flat=True)
    return list(dict.fromkeys(made))[:MOST_ENTRIES]


def _check(title: str, text: str) -> None:
    if not title:
        raise RuleBrokenError(_("The title is missing."))
    if len(title) > LONGEST_TITLE:
        raise RuleBrokenError(_("A title has at most %(most)s characters.") % {"most": LONGEST_TITLE})
    if not text:
        raise RuleBrokenError(_("Paste the notice’s text, or choose its file."))
    if len(text) > LONGEST_NOTICE or len(paragraphs.split(text)) > MOST_PARAGRAPHS:
        raise RuleBrokenError(
            _("A notice has at most %(characters)s characters and %(paragraphs)s paragraphs; split it.")
            % {"characters": LONGEST_NOTICE, "paragraphs": MOST_PARAGRAPHS}
        )


@transaction.atomic
def make_drafts(notice: Notice, chosen: Sequence[Chosen], *, batch: UUID, by: Agent) -> list[Revision]:
    """Make an entry with its first draft of each passage, all or none; each has the notice's source.

    Locks the notice. The same ``batch`` again makes nothing and returns what it made. Raises RuleBrokenError
    when nothing is chosen, a passage names no paragraph of the notice, or a text breaks a rule.
    """
    notice = Notice.objects.select_for_update(no_key=True, of=("self",)).get(pk=notice.pk)
    made = Passage.objects.filter(notice=notice, batch=batch).values("entry")
    if made.exists():
        return list(Revision.objects.filter(entry__in=made, number=1).order_by("pk"))
    _check_chosen(notice, chosen)
    drafts = [drafting.create_entry(each.text, by=by, is_restricted=each.is_restricted) for each in chosen]
    curating.apply([curating.Curation(draft.entry_id, {"source": notice.source}) for draft in drafts], by=by)
    rows = [
        Passage(notice=notice, entry=draft.entry, paragraphs=list(each.paragraphs), batch=batch, position=n)
        for n, (draft, each) in enumerate(zip(drafts, chosen, strict=True))
    ]
    Passage.objects.bulk_create(rows)
    for bulletin in Bulletin.objects.filter(notice=notice, withdrawn_at=None):
        bulletin.entries.add(*(draft.entry for draft in drafts))
    detail = {"notice": notice.pk, "source": notice.source_id}
    audit.record_all(by, "entry.source_set", [(draft.entry, detail) for draft in drafts])
    return drafts


def _check_chosen(notice: Notice, chosen: Sequence[Chosen]) -> None:
    if not chosen:
        raise RuleBrokenError(_("Choose at least one passage."))
    if len(chosen) > MOST_DRAFTS:
        raise RuleBrokenError(_("At most %(most)s drafts are made at once.") % {"most": MOST_DRAFTS})
    known = {paragraph.number for paragraph in paragraphs.split(notice.text)}
    if not all(each.paragraphs and known.issuperset(each.paragraphs) for each in chosen):
        raise RuleBrokenError(_("A passage is not of this notice; choose it again."))
