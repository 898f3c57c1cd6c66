"""Notices of the bank: taken in, read by paragraphs, and turned into several drafts at once."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent, BusinessLine
from accounts.requests import writer_of
from bulletins import bulletin_reads, paragraphs, proposing, reading, reads
from bulletins.forms import MOMENT, DraftForm, NoticeForm
from bulletins.models import Notice
from bulletins.paragraphs import Paragraph
from bulletins.services import noticing
from bulletins.services.noticing import MOST_DRAFTS, NoticeKnownError
from faq.models import Source
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID, row_id

LONGEST_PROPOSED_TITLE = 100


@require_safe
@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    """Notices and other sources with their entries; ``?q=`` looks in the titles."""
    writer = writer_of(request)
    asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
    sources, page = reads.source_page(writer, asked, request.GET.get("page"))
    return render(request, "bulletins/notice_list.html", {"sources": sources, "page": page, "asked": asked})


@require_safe
@login_required
def notice_new(request: HttpRequest) -> HttpResponse:
    """Where a notice is pasted or uploaded."""
    writer_of(request)
    return render(request, "bulletins/notice_form.html", {"form": NoticeForm()})


@require_POST
@login_required
def take_in(request: HttpRequest) -> HttpResponse:
    """Keep the notice and show its paragraphs; 422 with the form and a sentence when it is not taken."""
    writer = writer_of(request)
    form = NoticeForm(request.POST, request.FILES)
    error, known = "", None
    if form.is_valid():
        try:
            return redirect("bulletins:notice", _take_in(form, writer).source_id)
        except NoticeKnownError as broken:
            error, known = str(broken), broken.notice
        except RuleBrokenError as broken:
            error = str(broken)
    context = {"form": form, "error": error, "known": known}
    return render(request, "bulletins/notice_form.html", context, status=422)


@require_safe
@login_required
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One source with its entries, and of a notice the paragraphs to choose from."""
    writer = writer_of(request)
    return _detail(request, writer, _source(writer, pk))


@require_POST
@login_required
def check_drafts(request: HttpRequest, pk: int) -> HttpResponse:
    """What each chosen passage would become, to be read over; nothing is kept yet.

    ``p<number>`` says for a paragraph which draft it belongs to.
    """
    writer = writer_of(request)
    notice = notice_for(writer, pk)
    lines = paragraphs.split(notice.text)
    groups = _groups(request, lines)
    if not groups:
        return _detail(request, writer, _source(writer, pk), _("Choose at least one passage."))
    business = _business_lines()
    forms = [
        DraftForm(
            prefix=f"draft-{number}",
            lines=business,
            initial=_proposal(group, lines, notice, business, writer),
        )
        for number, group in enumerate(groups, start=1)
    ]
    return _drafts(request, notice, forms, batch=uuid4())


@require_POST
@login_required
def make_drafts(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the drafts, all or none; 422 with what was written when one cannot be made."""
    writer = writer_of(request)
    notice = notice_for(writer, pk)
    lines = paragraphs.split(notice.text)
    sent = list(dict.fromkeys(filter(None, map(row_id, request.POST.getlist("draft")))))[:MOST_DRAFTS]
    business = _business_lines()
    forms = [DraftForm(request.POST, prefix=f"draft-{number}", lines=business) for number in sent]
    batch, error = _batch(request), ""
    is_good = [form.is_valid() for form in forms]  # every one tells what is wrong with it
    if all(is_good):
        try:
            noticing.make_drafts(notice, [form.chosen(lines) for form in forms], batch=batch, by=writer)
        except RuleBrokenError as broken:
            error = str(broken)
        else:
            return redirect(reverse("bulletins:notice", args=[notice.source_id]) + "#entries")
    return _drafts(request, notice, forms, batch=batch, error=error, status=422)


def _take_in(form: NoticeForm, writer: Agent) -> Notice:
    sent = form.cleaned_data
    text, file_name = sent["text"], ""
    if sent["file"] is not None:
        if text.strip():
            raise RuleBrokenError(_("Paste the text or choose a file, not both."))
        read = reading.read(sent["file"])
        text, file_name = read.text, read.name
    first = next(iter(paragraphs.split(text)), None)
    title = sent["title"] or (first.text[:LONGEST_PROPOSED_TITLE] if first else file_name)
    return noticing.take_in(
        text, title=title, by=writer, link=sent["link"], dated_on=sent["dated_on"], file_name=file_name
    )


def _detail(request: HttpRequest, writer: Agent, source: Source, error: str = "") -> HttpResponse:
    line = reads.source_line(writer, source)
    notice = Notice.objects.filter(source=source).first()
    used = reads.used_paragraphs(notice, line.entries) if notice else {}
    context = {
        "source": line,
        "paragraphs": [
            (each, used.get(each.number, []), used.get(each.number) != used.get(each.number - 1))
            for each in (paragraphs.split(notice.text) if notice else [])
        ],
        "bulletins": bulletin_reads.of_notice(notice, writer) if notice else [],
        "may_write_bulletins": notice is not None and permissions.may_write_bulletins(writer),
        "most_drafts": MOST_DRAFTS,
        "error": error,
    }
    return render(request, "bulletins/notice_detail.html", context, status=422 if error else 200)


def _drafts(
    request: HttpRequest,
    notice: Notice,
    forms: list[DraftForm],
    *,
    batch: UUID,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    lines = paragraphs.split(notice.text)
    drafts = [
        (
            form,
            [
                each
                for each in lines
                if each.number in paragraphs.numbers(form["passage"].value() or "", lines)
            ],
        )
        for form in forms
    ]
    context = {"notice": notice, "drafts": drafts, "batch": batch, "error": error}
    return render(request, "bulletins/notice_drafts.html", context, status=status)


def _proposal(
    group: list[Paragraph],
    lines: list[Paragraph],
    notice: Notice,
    business: dict[int, BusinessLine],
    writer: Agent,
) -> dict[str, object]:
    """A draft form's first values."""
    dated_on = notice.source.dated_on or notice.added_at
    proposed = proposing.propose(group, lines, dated_on.year)
    texts = [each.text for each in group]
    names = {pk: line.name for pk, line in business.items()}
    begin, end = proposed.validity.valid_from, proposed.validity.valid_until
    return {
        "passage": paragraphs.ranges(each.number for each in group),
        "question": proposed.question,
        "kind": proposed.kind,
        "line": proposing.line([*texts, notice.source.title], names, writer.line_ids),
        "key_points": "\n".join(proposed.key_points),
        "answer": proposed.answer,
        "valid_from": begin.strftime(MOMENT) if begin else "",
        "valid_until": end.strftime(MOMENT) if end else "",
    }


def _groups(request: HttpRequest, lines: list[Paragraph]) -> list[list[Paragraph]]:
    """The paragraphs of each draft, in the order of the drafts' numbers."""
    groups: dict[int, list[Paragraph]] = {}
    for paragraph in lines:
        number = row_id(request.POST.get(f"p{paragraph.number}", "").strip())
        if number:
            groups.setdefault(number, []).append(paragraph)
    return [groups[number] for number in sorted(groups)][:MOST_DRAFTS]


def _business_lines() -> dict[int, BusinessLine]:
    return {line.pk: line for line in BusinessLine.objects.filter(is_active=True).order_by("name")}


def _batch(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("batch", ""))
    except ValueError:
        return uuid4()


def _source(writer: Agent, pk: int) -> Source:
    return get_object_or_404(reads.sources_of(writer), pk=min(pk, BIGGEST_ID))


def notice_for(writer: Agent, pk: int) -> Notice:
    notice = Notice.objects.select_related("source").filter(source=_source(writer, pk)).first()
    if notice is None:
        raise Http404
    return notice
