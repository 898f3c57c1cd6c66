"""The page of the audit trail, for auditors alone: it is read, and changes nothing."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import audit_trail, permissions
from accounts.audit_lines import kind_name, lines
from accounts.audit_words import ACTS, SUBJECTS
from accounts.requests import AgentRequest
from kb.lib.errors import RuleBrokenError

LONGEST = 150


@require_safe
@login_required
def trail(request: AgentRequest) -> HttpResponse:
    """What fits the filters ``?since=&until=&act=&by=&kind=``, older than the row ``?before=``."""
    if not (request.user.is_active and permissions.may_read_audit_trail(request.user)):
        raise PermissionDenied
    names = (*audit_trail.FILTERS, "before")
    sent = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST] for name in names}
    found, error = audit_trail.Page([]), ""
    try:
        found = audit_trail.page(sent)
    except RuleBrokenError as broken:
        error = str(broken)
    context = {
        "lines": lines(found.rows, request.user),
        "last": found.last,
        "sent": sent,
        "is_filtered": any(sent[name] for name in audit_trail.FILTERS),
        "acts": ACTS.items(),
        "kinds": [(kind, kind_name(kind)) for kind in SUBJECTS],
        "error": error,
    }
    response = render(request, "accounts/audit_trail.html", context, status=422 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response
