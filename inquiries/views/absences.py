"""Who is away and who stands in: each expert's own, and everybody's for those who chase inquiries."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now, TruncDate
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permissions
from accounts.models import Agent
from accounts.requests import AgentRequest
from accounts.roles import Role
from inquiries.models import Absence
from inquiries.services import assigning
from kb.lib.errors import RuleBrokenError
from kb.lib.months import SITE_ZONE
from kb.lib.row_ids import BIGGEST_ID

MOST_PAST = 30


class AbsenceForm(forms.Form):
    """Who, who stands in, and the first and last day."""

    person = forms.ModelChoiceField(Agent.objects.none(), label=gettext_lazy("Who is away"))
    substitute = forms.ModelChoiceField(Agent.objects.none(), label=gettext_lazy("Who stands in"))
    starts_on = forms.DateField(label=gettext_lazy("First day"))
    ends_on = forms.DateField(label=gettext_lazy("Last day"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def absences(request: AgentRequest) -> HttpResponse:
    """Those that are or will be, and by POST one more."""
    person = _keeper(request)
    if request.method != "POST":
        return _show(request, _form(person))
    form = _form(person, request.POST)
    if not form.is_valid():
        return _show(request, form, _("Fill in who, who stands in, and both days."))
    told = form.cleaned_data
    try:
        assigning.set_absence(told.pop("person"), by=person, **told)
    except RuleBrokenError as broken:
        return _show(request, form, str(broken))
    return redirect("inquiries:absences")


@require_POST
@login_required
def end_absence(request: AgentRequest, pk: int) -> HttpResponse:
    """Take one back."""
    person = _keeper(request)
    absence = get_object_or_404(_kept_by(person), pk=min(pk, BIGGEST_ID))
    try:
        assigning.end_absence(absence, by=person)
    except RuleBrokenError as broken:
        return _show(request, _form(person), str(broken))
    return redirect("inquiries:absences")


def _keeper(request: AgentRequest) -> Agent:
    person = request.user
    if not (permissions.may_answer_inquiries(person) or permissions.may_chase_inquiries(person)):
        raise PermissionDenied
    return person


def _kept_by(person: Agent) -> QuerySet[Absence]:
    """Everybody's for who chases; else one's own, and those one stands in for."""
    found = Absence.objects.select_related("person", "substitute")
    if permissions.may_chase_inquiries(person):
        return found
    return found.filter(Q(person=person) | Q(substitute=person))


def _form(person: Agent, told: object = None) -> AbsenceForm:
    form = AbsenceForm(told, initial={"person": person.pk})  # type: ignore[arg-type]
    experts = Agent.objects.filter(is_active=True, groups__name=Role.BUSINESS_EXPERT.value)
    experts = experts.order_by("display_name", "username")
    chases = permissions.may_chase_inquiries(person)
    form.fields["person"].queryset = experts if chases else experts.filter(pk=person.pk)  # type: ignore[attr-defined]
    form.fields["substitute"].queryset = experts if chases else experts.exclude(pk=person.pk)  # type: ignore[attr-defined]
    return form


def _show(request: AgentRequest, form: AbsenceForm, error: str = "") -> HttpResponse:
    kept = _kept_by(request.user).annotate(today=TruncDate(Now(), tzinfo=SITE_ZONE))
    context = {
        "form": form,
        "error": error,
        "coming": kept.filter(ends_on__gte=F("today")).order_by("starts_on", "pk"),
        "past": kept.filter(ends_on__lt=F("today")).order_by("-ends_on", "-pk")[:MOST_PAST],
        "chases": permissions.may_chase_inquiries(request.user),
    }
    return render(request, "inquiries/absences.html", context, status=422 if error else 200)
