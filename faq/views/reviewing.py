"""A text in review: read it against the live one, sign or reject it, remark on it, ask for a signature."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.models import Agent, BusinessLine
from accounts.requests import writer_of
from faq.comparing import FIELDS
from faq.models import Comment, ReviewRequest, Revision, Seat, Verdict
from faq.reviewing import open_questions, review_of, what_happens
from faq.seating import CENTRE, experts, lines_of
from faq.services import asking, commenting
from faq.services import reviewing as services
from faq.views.finding import reader_of, revision_for, signer_of
from kb.lib.errors import RuleBrokenError
from kb.lib.row_ids import row_id


class SignForm(forms.Form):
    """A verdict on exactly the text that was read."""

    seat = forms.CharField(max_length=20)
    verdict = forms.ChoiceField(choices=Verdict.choices)
    comment = forms.CharField(required=False, max_length=2_000)
    seen_at = forms.CharField(max_length=40)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The text with its difference from the live one, its seats and its remarks."""
    person = reader_of(request)
    return page(request, person, revision_for(person, pk))


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or reject for one seat."""
    person = signer_of(request)
    revision = revision_for(person, pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        return page(request, person, revision, _("Say whether you approve, and for which seat."))
    wanted = form.cleaned_data

    def act() -> None:
        if wanted["seen_at"] != revision.changed_at.isoformat():
            raise RuleBrokenError(_("The text was changed meanwhile; read it again before you sign."))
        line = _line(revision, wanted["seat"])
        services.sign_off(
            revision,
            seat=Seat.LINE if line else Seat.CALL_CENTRE,
            line=line,
            reviewer=person,
            verdict=Verdict(wanted["verdict"]),
            comment=wanted["comment"],
            seen_at=revision.changed_at,
        )

    return done(request, person, revision, act)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft to its seats."""
    person = writer_of(request)
    revision = revision_for(person, pk)

    def act() -> None:
        _check_writes(revision, person)
        services.submit(revision, by=person)

    return done(request, person, revision, act)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it a draft again."""
    person = writer_of(request)
    revision = revision_for(person, pk)

    def act() -> None:
        _check_writes(revision, person)
        services.take_back(revision, by=person)

    return done(request, person, revision, act)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a person by name for one seat."""
    person = writer_of(request)
    revision = revision_for(person, pk)
    reviewer = get_object_or_404(Agent, pk=row_id(request.POST.get("reviewer", "")))
    line = _line(revision, request.POST.get("seat", ""))
    return done(
        request,
        person,
        revision,
        lambda: asking.ask_reviewer(revision, line=line, reviewer=reviewer, by=person),
    )


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Remark on one field."""
    person = writer_of(request)
    revision = revision_for(person, pk)
    field, text = request.POST.get("field", ""), request.POST.get("text", "")
    return done(
        request,
        person,
        revision,
        lambda: commenting.comment(revision, field=field, text=text, by=person),
        anchor=f"field-{field}" if field in FIELDS else "",
    )


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a remark."""
    person = writer_of(request)
    readable = Revision.objects.readable_by(person)
    remark = get_object_or_404(Comment, pk=pk, revision__in=readable)
    revision = revision_for(person, remark.revision_id)
    return done(
        request,
        person,
        revision,
        lambda: commenting.resolve(remark, by=person),
        anchor=f"field-{remark.field}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Let somebody else be asked for what an absent person was asked to sign."""
    person = reader_of(request)
    may_choose = permissions.may_hand_over_reviews(person)
    if not may_choose and not permissions.may_fill_some_seat(person):
        raise PermissionDenied
    values = request.POST if request.method == "POST" else request.GET
    absent = _person(values.get("absent", "")) if may_choose else None
    asked = list(_asked_people(person)) if may_choose else []
    shown = absent or (asked[0] if asked and person not in asked else person)
    context: dict[str, Any] = {"may_choose": may_choose, "absent": shown, "asked": asked}
    error, handed = "", None
    if request.method == "POST":
        to = _person(values.get("to", ""))
        try:
            if to is None or (may_choose and absent is None):
                raise RuleBrokenError(_("Choose who shall be asked instead."))
            handed = asking.hand_over(absent or person, to=to, by=person)
        except RuleBrokenError as broken:
            error = str(broken)
    waiting = ReviewRequest.objects.waiting().open_to(person).filter(reviewer=context["absent"])
    readable = Revision.objects.readable_by(person)
    seen = waiting.filter(revision__in=readable).select_related("revision", "line").order_by("asked_at", "pk")
    context |= {
        "requests": open_questions(seen),
        "waiting": waiting.count(),
        "people": experts(),
        "error": error,
        "handed": handed,
    }
    return render(request, "faq/hand_over.html", context, status=422 if error else 200)


def done(
    request: HttpRequest,
    person: Agent,
    revision: Revision,
    act: Callable[[], object],
    *,
    anchor: str = "",
) -> HttpResponse:
    """Do it and show the page anew, or the same page with the sentence that says why not."""
    try:
        act()
    except RuleBrokenError as broken:
        return page(request, person, revision_for(person, revision.pk), str(broken))
    response = redirect("faq:review", revision.pk)
    if anchor:
        response["Location"] += f"#{anchor}"
    return response


def page(request: HttpRequest, person: Agent, revision: Revision, error: str = "") -> HttpResponse:
    """The review page; 422 with a sentence that says why something was not done."""
    context = {
        "review": review_of(revision, person),
        "what_happens": what_happens(revision),
        "centre": CENTRE,
        "seen_at": revision.changed_at.isoformat(),
        "error": error,
        "sent": request.POST,
    }
    response = render(request, "faq/review_detail.html", context, status=422 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def _check_writes(revision: Revision, person: Agent) -> None:
    shown = review_of(revision, person)
    if not (shown.may_submit or shown.may_take_back):
        raise RuleBrokenError(_("Only its authors submit a text or take it back, and only while it is open."))


def _line(revision: Revision, seat: str) -> BusinessLine | None:
    """The line of a seat as forms name it; None for the call centre's. Raises Http404 for any other."""
    if seat == CENTRE:
        return None
    for line in lines_of(revision):
        if str(line.pk) == seat:
            return line
    raise Http404


def _asked_people(person: Agent) -> QuerySet[Agent]:
    """Everybody who is asked by name for something this person may know of, also those who have left."""
    asked = ReviewRequest.objects.waiting().open_to(person).filter(reviewer=OuterRef("pk"))
    return Agent.objects.filter(Exists(asked)).order_by("display_name", "pk")


def _person(text: str) -> Agent | None:
    pk = row_id(text)
    return Agent.objects.filter(pk=pk).first() if pk is not None else None
