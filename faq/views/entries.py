"""The list of entries, for everybody who writes them, answers for them, or checks them."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import BusinessLine
from accounts.requests import AgentRequest
from faq import listing
from faq.filtering import STATES, EntryFilters
from faq.models import Category, Kind

EXPIRING = {
    "7": gettext_lazy("within 7 days"),
    "30": gettext_lazy("within 30 days"),
    "90": gettext_lazy("within 90 days"),
}


@require_safe
@login_required
def entry_list(request: AgentRequest) -> HttpResponse:
    """One page of what the filters leave, in the order of ``sort``, after the mark ``after``."""
    person = request.user
    if not permissions.may_read_history(person):
        raise PermissionDenied
    filters = EntryFilters.from_query(request.GET)
    order = request.GET.get("sort", "")
    order = order if order in listing.ORDERS else "changed"
    after = request.GET.get("after", "")
    context = {
        "filters": filters,
        "filter_query": urlencode(filters.as_query()),
        "order": order,
        "orders": listing.ORDER_NAMES.items(),
        "is_first": not after,
        "page": listing.page_of(filters, person, order, after),
        "lines": BusinessLine.objects.filter(is_active=True).values_list("code", "name"),
        "categories": Category.objects.values_list("pk", "path"),
        "kinds": Kind.choices,
        "states": STATES.items(),
        "expiring": EXPIRING.items(),
        "may_curate": permissions.may_curate(person),
        "may_write": permissions.may_write_entries(person),
    }
    return render(request, "faq/entry_list.html", context)
