"""Bulk work: entries chosen in the list, an act, a preview, one reason; and what was done, to be undone."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from accounts.roles import Role
from faq.filtering import EntryFilters
from faq.models import BulkAct, Entry
from faq.reads import question_of
from faq.services import bulk, bulk_planning
from faq.services.bulk_planning import Act, Wish
from faq.services.locking import database_now
from faq.views.bulk_form import WishForm, entry_ids
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import BIGGEST_ID

PAGE_LINES = 50
MOST_SHOWN = 200


@dataclass(frozen=True)
class Outcome:
    """What became of one entry of an act."""

    pk: int
    question: str
    refusal: str
    is_left: bool


@require_safe
@login_required
def bulk_list(request: AgentRequest) -> HttpResponse:
    """Acts of this person, for information administrators everybody's; newest first.

    Of colleagues' acts they are told what they may see, and of those where that is nothing they hear nothing.
    """
    person = _curator(request)
    acts = _acts(person).select_related("done_by", "undone_by")
    page = Paginator(acts, PAGE_LINES).get_page(request.GET.get("page"))
    seen = bulk.seen_of(page.object_list, person)
    numbers = [(act, _number(act, person, seen)) for act in page.object_list]
    rows = [(act, Act(act.kind).label, number) for act, number in numbers if number]
    return render(request, "faq/bulk_list.html", {"page": page, "rows": rows})


@require_POST
@login_required
def bulk_new(request: AgentRequest) -> HttpResponse:
    """What to do with the chosen entries; once an act is named, what it would do to each."""
    person = _curator(request)
    chosen = _chosen(request, person)
    if not chosen:
        return _page(request, person, [], WishForm(), error="none")
    if "act" not in request.POST:
        return _page(request, person, chosen, WishForm())
    form = WishForm(request.POST)
    if not form.is_valid():
        return _page(request, person, chosen, form)
    return _page(request, person, chosen, form, wish=form.wish())


@require_POST
@login_required
def bulk_do(request: AgentRequest) -> HttpResponse:
    """Carry out what was previewed, for the reason given."""
    person = _curator(request)
    chosen = entry_ids(request.POST.getlist("entry"))
    form = WishForm(request.POST)
    if not chosen or not form.is_valid():
        return _page(request, person, chosen, form, error="" if chosen else "none")
    wish = form.wish()
    try:
        act = bulk.carry_out(chosen, wish, by=person, reason=request.POST.get("reason", ""))
    except RuleBrokenError as broken:
        return _page(request, person, chosen, form, wish=wish, error=str(broken))
    return redirect("faq:bulk", act.pk)


@require_safe
@login_required
def bulk_detail(request: AgentRequest, pk: int) -> HttpResponse:
    """One act: what it did to which entry, what was left out, and the way back."""
    return _detail(request, _act(_curator(request), pk))


@require_POST
@login_required
def bulk_undo(request: AgentRequest, pk: int) -> HttpResponse:
    """Make it undone; what somebody has changed since is left and listed."""
    person = _curator(request)
    act = _act(person, pk)
    try:
        bulk.undo(act, by=person)
    except RuleBrokenError as broken:
        return _detail(request, _act(person, pk), str(broken))
    return redirect("faq:bulk", act.pk)


def _curator(request: AgentRequest) -> Agent:
    if not permissions.may_curate(request.user):
        raise PermissionDenied
    return request.user


def _acts(person: Agent) -> QuerySet[BulkAct]:
    acts = BulkAct.objects.all()
    return acts if person.has_role(Role.INFORMATION_ADMINISTRATOR) else acts.filter(done_by=person)


def _act(person: Agent, pk: int) -> BulkAct:
    acts = _acts(person).select_related("done_by", "undone_by")
    act = get_object_or_404(acts, pk=min(pk, BIGGEST_ID))
    if not _number(act, person, bulk.seen_of([act], person)):
        raise Http404
    return act


def _number(act: BulkAct, person: Agent, seen: set[int]) -> int:
    """How many entries it touched, as far as this person may know."""
    return len(act.before) if act.done_by_id == person.pk else sum(int(pk) in seen for pk in act.before)


def _chosen(request: AgentRequest, person: Agent) -> list[int]:
    """The boxes that were ticked; with ``all`` what the list's filters match, one more than is allowed."""
    if request.POST.get("all"):
        found = EntryFilters.from_query(QueryDict(request.POST.get("filters", ""))).entries(person)
        return sorted(found.values_list("pk", flat=True)[: bulk.MOST_AT_ONCE + 1])
    return entry_ids(request.POST.getlist("entry"))


def _page(
    request: AgentRequest,
    person: Agent,
    chosen: list[int],
    form: WishForm,
    *,
    wish: Wish | None = None,
    error: str = "",
) -> HttpResponse:
    changes = []
    if wish is not None:
        try:
            bulk.check_number(len(chosen), wish)
            changes = bulk_planning.plan(chosen, wish, by=person, now=database_now())
        except RuleBrokenError as broken:
            error = error or str(broken)
    refused = [change for change in changes if change.refusal]
    wanted = [change for change in changes if not change.refusal]
    context = {
        "form": form,
        "chosen": ",".join(map(str, chosen)),
        "number": len(chosen),
        "wish": wish,
        "wanted": wanted[:MOST_SHOWN],
        "wanted_number": len(wanted),
        "refused": refused[:MOST_SHOWN],
        "refused_number": len(refused),
        "reason": request.POST.get("reason", ""),
        "error": "" if error == "none" else error,
    }
    is_wrong = bool(error) or (form.is_bound and not form.is_valid())
    return render(request, "faq/bulk_form.html", context, status=422 if is_wrong else 200)


def _detail(request: AgentRequest, act: BulkAct, error: str = "") -> HttpResponse:
    context = {
        "act": act,
        "kind": Act(act.kind).label,
        "outcomes": _outcomes(act, request.user),
        "number": _number(act, request.user, bulk.seen_of([act], request.user)),
        "is_request": Act(act.kind) not in bulk_planning.AT_ONCE,
        "may_undo": bulk.may_undo(act, request.user),
        "error": error,
    }
    return render(request, "faq/bulk_detail.html", context, status=422 if error else 200)


def _outcomes(act: BulkAct, reader: Agent) -> list[Outcome]:
    """What this reader may see of it, what was refused or left first."""
    refused: dict[str, str] = act.after.get("refused", {})
    left = set(act.after.get("left", []))
    ids = [int(pk) for pk in {**act.before, **refused}]
    rows = (
        Entry.objects.listed_for(reader)
        .filter(pk__in=ids)
        .order_by("pk")
        .annotate(question=question_of())
        .values_list("pk", "question")
    )
    found = [Outcome(pk, question or f"#{pk}", refused.get(str(pk), ""), pk in left) for pk, question in rows]
    return sorted(found, key=lambda one: not (one.refusal or one.is_left))[:MOST_SHOWN]
