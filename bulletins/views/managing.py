"""What the writers of a bulletin do with it: see who has read it, remind, take back, turn it into entries."""

import csv
import io

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from xlsxwriter import Workbook

from accounts import permissions
from accounts.requests import AgentRequest, writer_of
from bulletins import receipts
from bulletins.models import Bulletin
from bulletins.receipts import Reading
from bulletins.services import changing, noticing, reminding
from bulletins.views.board import detail
from bulletins.views.finding import bulletin_for, bulletin_writer_of
from bulletins.views.notices import notice_for
from faq.exchange import cells
from faq.exchange.workbook import PlainWorksheet
from faq.services.locking import database_now
from faq.views.exports import TYPES
from kb.lib.errors import RuleBrokenError


@require_safe
@login_required
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has read it and who has not, by line and by person."""
    return _reading(request, _published(request, pk))


@require_safe
@login_required
def reading_export(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """The same as a file: CSV or XLSX, of which no cell can run as a formula."""
    bulletin = _published(request, pk)
    if suffix not in _WRITERS:
        raise Http404
    response = HttpResponse(_WRITERS[suffix](receipts.reading(bulletin)), content_type=TYPES[suffix])
    response["Content-Disposition"] = f'attachment; filename="bulletin-{bulletin.pk}.{suffix}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """The one reminder; 422 with the reason when there is none to send."""
    bulletin = _published(request, pk)
    try:
        reminding.remind(bulletin, by=bulletin_writer_of(request))
    except RuleBrokenError as broken:
        return _reading(request, bulletin, str(broken))
    return redirect("bulletins:reading", bulletin.pk)


@require_POST
@login_required
def withdraw(request: AgentRequest, pk: int) -> HttpResponse:
    """Take it back, with the ``reason`` that whoever was told reads."""
    writer = bulletin_writer_of(request)
    bulletin = bulletin_for(writer, pk)
    try:
        changing.withdraw(bulletin, by=writer, reason=request.POST.get("reason", ""))
    except RuleBrokenError as broken:
        return detail(request, bulletin, str(broken))
    return redirect("bulletins:bulletin", bulletin.pk)


@require_POST
@login_required
def make_entries(request: AgentRequest, pk: int) -> HttpResponse:
    """Its text as a notice, to choose the passages from that become entries."""
    writer = bulletin_writer_of(request)
    bulletin = bulletin_for(writer, pk)
    if not permissions.may_write_entries(writer):
        raise PermissionDenied
    try:
        notice = noticing.take_in_bulletin(bulletin, by=writer)
    except RuleBrokenError as broken:
        return detail(request, bulletin, str(broken))
    return redirect("bulletins:notice", notice.source_id)


@require_POST
@login_required
def notice_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """A bulletin's draft with a notice's title and text, linked to it."""
    writer = writer_of(request)
    if not permissions.may_write_bulletins(writer):
        raise PermissionDenied
    bulletin = noticing.begin_bulletin(notice_for(writer, pk), by=writer)
    return redirect("bulletins:bulletin-edit", bulletin.pk)


def _published(request: HttpRequest, pk: int) -> Bulletin:
    bulletin = bulletin_for(bulletin_writer_of(request), pk)
    if bulletin.is_draft:
        raise Http404
    return bulletin


def _reading(request: HttpRequest, bulletin: Bulletin, error: str = "") -> HttpResponse:
    found = receipts.reading(bulletin)
    can_remind = reminding.can_be_reminded_of(bulletin, at=database_now())
    may_remind = can_remind and found.all.read < found.all.people
    context = {"bulletin": bulletin, "reading": found, "may_remind": may_remind, "error": error}
    return render(request, "bulletins/bulletin_reading.html", context, status=422 if error else 200)


def _as_csv(found: Reading) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    for row in found.table():
        rows.writerow([cells.protect(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _as_xlsx(found: Reading) -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("wenqu", worksheet_class=PlainWorksheet)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(found.table()):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return file.getvalue()


_WRITERS = {"csv": _as_csv, "xlsx": _as_xlsx}
