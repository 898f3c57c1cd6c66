"""What agents have flagged: experts of the owning line and information administrators answer it or fix it."""

from collections.abc import Callable

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from faq import presenting, reads
from faq.models import Entry, Flag
from faq.services import flagging
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID

PAGE_LINES = 50
STATES = {"open": gettext_lazy("Open"), "answered": pgettext_lazy("flag", "Answered")}


class AnswerForm(forms.Form):
    """What the agent shall read."""

    answer = forms.CharField(required=False, label=gettext_lazy("Answer to the agent"))


@require_safe
@login_required
def flag_list(request: AgentRequest) -> HttpResponse:
    """Open ones, oldest first, or answered ones, ``?state=``; ``?own=1`` those one has taken on."""
    worker = _worker(request)
    state = request.GET.get("state", "open")
    if state not in STATES:
        raise Http404
    flags = Flag.objects.worked_off_by(worker)
    if request.GET.get("own"):
        flags = flags.filter(owner=worker)
    chosen = flags.open().order_by("raised_at", "pk") if state == "open" else _answered(flags)
    context = {
        "state": state,
        "states": STATES.items(),
        "is_own": bool(request.GET.get("own")),
        "page": Paginator(_with_questions(chosen), PAGE_LINES).get_page(request.GET.get("page")),
    }
    return render(request, "faq/flag_list.html", context)


@require_safe
@login_required
def my_flags(request: AgentRequest) -> HttpResponse:
    """What this person has flagged, and what came of it."""
    readable = Entry.objects.unrestricted_for(request.user).filter(pk=OuterRef("entry"))
    flags = Flag.objects.filter(raised_by=request.user).annotate(is_readable=Exists(readable))
    page = Paginator(_with_questions(flags).order_by("-raised_at", "-pk"), PAGE_LINES)
    return render(request, "faq/my_flags.html", {"page": page.get_page(request.GET.get("page"))})


@require_safe
@login_required
def flag_detail(request: AgentRequest, pk: int) -> HttpResponse:
    """One flag beside what the entry says."""
    worker = _worker(request)
    return _page(request, _flag(worker, pk))


@require_POST
@login_required
def take_flag(request: AgentRequest, pk: int) -> HttpResponse:
    """Make it one's own task."""
    worker = _worker(request)
    flag = _flag(worker, pk)
    return _done(request, flag, lambda: flagging.take_on(flag, by=worker))


@require_POST
@login_required
def answer_flag(request: AgentRequest, pk: int) -> HttpResponse:
    """Answer the agent; a refusal keeps what was typed."""
    worker = _worker(request)
    flag = _flag(worker, pk)
    form = AnswerForm(request.POST)
    text = form.cleaned_data["answer"] if form.is_valid() else ""
    return _done(request, flag, lambda: flagging.answer(flag, by=worker, text=text))


@require_POST
@login_required
def fix_flag(request: AgentRequest, pk: int) -> HttpResponse:
    """Begin a draft, or link the open one, and go to where it is written."""
    worker = _worker(request)
    flag = _flag(worker, pk)
    return _done(request, flag, lambda: flagging.begin_fix(flag, by=worker))


def _worker(request: AgentRequest) -> Agent:
    if not permissions.may_work_off_flags(request.user):
        raise PermissionDenied
    return request.user


def _flag(worker: Agent, pk: int) -> Flag:
    flags = Flag.objects.worked_off_by(worker).select_related(
        "entry__live_revision", "entry__line", "raised_by", "owner", "answered_by", "fixed_in"
    )
    return get_object_or_404(flags, pk=min(pk, BIGGEST_ID))


def _answered(flags: QuerySet[Flag]) -> QuerySet[Flag]:
    return flags.filter(Q(answered_at__isnull=False)).order_by("-answered_at", "-pk")


def _with_questions(flags: QuerySet[Flag]) -> QuerySet[Flag]:
    return flags.annotate(question=reads.question_of("entry")).select_related(
        "entry__line", "raised_by", "owner", "answered_by", "fixed_in"
    )


def _page(request: AgentRequest, flag: Flag, error: str = "") -> HttpResponse:
    entry = flag.entry
    text = entry.live_revision or entry.revisions.order_by("-number").first()
    context = {
        "flag": flag,
        "entry": entry,
        "text": text,
        "points": presenting.key_points(text.key_points) if text else [],
        "script": presenting.blocks(text.script) if text else [],
        "answer": presenting.blocks(text.answer) if text else [],
        "typed": request.POST.get("answer", ""),
        "error": error,
    }
    return render(request, "faq/flag_detail.html", context, status=422 if error else 200)


def _done(request: AgentRequest, flag: Flag, act: Callable[[], object]) -> HttpResponse:
    """Do it and go on; a refusal shows the flag as it is now, with the sentence that says why."""
    try:
        act()
    except RuleBrokenError as broken:
        return _page(request, _flag(request.user, flag.pk), str(broken))
    flag.refresh_from_db()
    if flag.answered_at is None and flag.fixed_in_id:
        return redirect("faq:draft", flag.fixed_in_id)
    if flag.answered_at is None:
        return redirect("faq:flag", flag.pk)
    return redirect("faq:flag-list")
