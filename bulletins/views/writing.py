"""Where a bulletin is written: the form, its preview, saving, sending out, giving up."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Agent
from accounts.roles import Role
from bulletins import bulletin_reads
from bulletins.content import LONGEST_CHOICE, LONGEST_QUIZ, LONGEST_TITLE, MOST_CHOICES
from bulletins.forms import MOMENT
from bulletins.models import Bulletin, audience_of
from bulletins.services import changing, publishing
from bulletins.services.locking import BulletinChangedError
from bulletins.views.bulletin_form import BulletinForm, lines_for
from bulletins.views.finding import bulletin_for, bulletin_writer_of
from faq import presenting, wording
from faq.models import Entry, Revision
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import row_id


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bulletin_new(request: HttpRequest) -> HttpResponse:
    """An empty form; what is sent becomes a draft, published at once when that button was pressed."""
    writer = bulletin_writer_of(request)
    if request.method == "POST":
        return _send(request, writer, None)
    return _form(request, None, QueryDict("urgency=info"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bulletin_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one bulletin; ``act`` says whether it is saved, published or given up."""
    writer = bulletin_writer_of(request)
    bulletin = bulletin_for(writer, pk)
    if request.method == "POST":
        return _send(request, writer, bulletin)
    return _form(request, bulletin, _values(bulletin, writer))


@require_POST
@login_required
def bulletin_preview(request: HttpRequest) -> HttpResponse:
    """The bulletin as agents will see it, and how many people it is for; asked while it is written."""
    bulletin_writer_of(request)
    sent = request.POST
    roles = [role for role in sent.getlist("roles") if role in Role.values]
    line_ids = [pk for pk in map(row_id, sent.getlist("lines")[:200]) if pk is not None]
    urgency = sent.get("urgency", "")
    choices = [text for text in sent.getlist("choice")[:MOST_CHOICES] if text.strip()]
    shown = Bulletin(
        title=sent.get("title", "")[:LONGEST_TITLE],
        urgency=urgency if urgency in Bulletin.Urgency.values else Bulletin.Urgency.INFO,
        is_must_read=bool(sent.get("is_must_read")),
        quiz=sent.get("quiz", "")[:LONGEST_QUIZ] if sent.get("is_must_read") else "",
        choices=choices,
    )
    context = {
        "bulletin": shown,
        "blocks": presenting.blocks(sent.get("body", "")[: wording.LONGEST_TEXT]),
        "tone": bulletin_reads.urgency_tone(shown),
        "people": audience_of(roles, line_ids).count(),
    }
    return render(request, "bulletins/partials/preview.html", context)


def _send(request: HttpRequest, writer: Agent, bulletin: Bulletin | None) -> HttpResponse:
    act = request.POST.get("act", "save")
    error, current = "", None
    form = BulletinForm(request.POST, writer=writer, bulletin=bulletin)
    try:
        if act == "discard" and bulletin is not None:
            publishing.discard(bulletin, by=writer)
            return redirect("bulletins:board")
        if form.is_valid():
            return _done(_do(act, bulletin, form, request.POST, writer))
    except BulletinChangedError as broken:
        error, current = str(broken), broken.current
    except RuleBrokenError as broken:
        error = str(broken)
    return _form(request, bulletin, request.POST, form=form, error=error, current=current)


def _do(act: str, bulletin: Bulletin | None, form: BulletinForm, sent: QueryDict, writer: Agent) -> Bulletin:
    """Save it, and publish it when that was asked; a published one is changed."""
    content, seen_at = form.content, _seen_at(sent)
    with transaction.atomic():
        if bulletin is not None and not bulletin.is_draft:
            significance = sent.get("significance", "")
            if significance not in {"minor", "major"}:
                raise RuleBrokenError(_("Say whether this is a small correction or a new version."))
            is_major = significance == "major"
            return changing.change(bulletin, content, by=writer, is_major=is_major, seen_at=seen_at)
        if bulletin is None:
            bulletin = publishing.draft(content, by=writer)
        else:
            bulletin = publishing.save_draft(bulletin, content, by=writer, seen_at=seen_at)
        return publishing.publish(bulletin, by=writer) if act == "publish" else bulletin


def _done(bulletin: Bulletin) -> HttpResponse:
    return redirect("bulletins:bulletin-edit" if bulletin.is_draft else "bulletins:bulletin", bulletin.pk)


def _seen_at(sent: QueryDict) -> datetime | None:
    try:
        moment = datetime.fromisoformat(sent.get("seen_at", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _values(bulletin: Bulletin, writer: Agent) -> QueryDict:
    """A bulletin as its form would send it."""
    values = QueryDict(mutable=True)
    moments = {"starts_at": bulletin.starts_at, "ends_at": bulletin.ends_at}
    single: dict[str, Any] = {
        "title": bulletin.title,
        "body": bulletin.body,
        "urgency": bulletin.urgency,
        "is_restricted": "on" if bulletin.is_restricted else "",
        "is_must_read": "on" if bulletin.is_must_read else "",
        "quiz": bulletin.quiz,
        "right_choice": "" if bulletin.right_choice is None else str(bulletin.right_choice),
        "related": "\n".join(_linked(bulletin, writer)),
        "seen_at": bulletin.changed_at.isoformat(),
    }
    for name, value in single.items():
        values[name] = value
    for name, moment in moments.items():
        values[name] = localtime(moment).strftime(MOMENT) if moment else ""
    values.setlist("roles", list(bulletin.roles))
    values.setlist("lines", [str(pk) for pk in sorted(bulletin.line_ids)])
    values.setlist("choice", list(bulletin.choices))
    return values


def _linked(bulletin: Bulletin, writer: Agent) -> list[str]:
    """Each linked entry's number, with what it asks where this writer may read that."""
    drafts = Revision.objects.readable_by(writer).filter(entry=OuterRef("pk")).order_by("-number")
    seen = Entry.objects.visible_to(writer).filter(pk=OuterRef("pk")).values("live_revision__question")
    question = Coalesce(Subquery(seen[:1]), Subquery(drafts.values("question")[:1]))
    rows = Entry.objects.filter(bulletins=bulletin).order_by("pk")
    found = rows.annotate(question=question).values_list("pk", "question")
    return [f"{pk} {question or ''}".strip() for pk, question in found]


def _form(
    request: HttpRequest,
    bulletin: Bulletin | None,
    values: QueryDict,
    *,
    form: BulletinForm | None = None,
    error: str = "",
    current: Bulletin | None = None,
) -> HttpResponse:
    choices = [*values.getlist("choice"), *[""] * MOST_CHOICES][:MOST_CHOICES]
    context = {
        "bulletin": bulletin,
        "values": values,
        "urgencies": Bulletin.Urgency.choices,
        "roles": [(value, name, value in values.getlist("roles")) for value, name in Role.choices],
        "lines": [(line, str(line.pk) in values.getlist("lines")) for line in lines_for(bulletin)],
        "choices": [
            (place, text, values.get("right_choice") == str(place)) for place, text in enumerate(choices)
        ],
        "longest": {"title": LONGEST_TITLE, "quiz": LONGEST_QUIZ, "choice": LONGEST_CHOICE},
        "errors": form.errors if form else {},
        "form_errors": form.non_field_errors() if form else [],
        "error": error,
        "current": current,
        "current_blocks": presenting.blocks(current.body) if current else [],
        "seen_at": current.changed_at.isoformat() if current else values.get("seen_at", ""),
    }
    is_refused = bool(error or (form and form.errors))
    response = render(request, "bulletins/bulletin_form.html", context, status=422 if is_refused else 200)
    response["Cache-Control"] = "private, no-store"
    return response
