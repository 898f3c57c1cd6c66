"""Files beside an inquiry: for who asked, who works on it and who watches."""

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.requests import AgentRequest
from faq import file_types
from inquiries.models import Inquiry, InquiryFile
from inquiries.services import attaching
from inquiries.views.detail import inquiry_of, show
from kb.lib.errors import RuleBrokenError

ALONE = "default-src 'none'; frame-ancestors 'none'; sandbox"  # a file is no page of ours
SHOWN_IN_BROWSER = {
    kind.content_type for kind in (file_types.PDF, file_types.PNG, file_types.JPG, file_types.WEBP)
}


@require_POST
@login_required
def attach(request: AgentRequest, pk: int) -> HttpResponse:
    """One file more."""
    inquiry = inquiry_of(request, pk)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return show(request, inquiry, _("Choose a file."))
    if (file.size or 0) > file_types.LARGEST:
        return show(request, inquiry, file_types.too_large())
    try:
        attaching.attach(inquiry, file.name or "", file.read(), by=request.user)
    except RuleBrokenError as broken:
        return show(request, inquiry, str(broken))
    return redirect("inquiries:inquiry", inquiry.pk)


@require_safe
@login_required
def file(request: AgentRequest, key: str) -> HttpResponse:
    """The bytes, for whoever may read them at this very second."""
    inquiries, person = Inquiry.objects.visible_to(request.user), request.user
    if not permissions.may_see_all_inquiries(person):
        taken_part = Q(pk__in=Inquiry.objects.asked_by(person).order_by().values("pk"))
        taken_part |= Q(pk__in=Inquiry.objects.worked_by(person).order_by().values("pk"))
        inquiries = inquiries.filter(taken_part)
    found = get_object_or_404(InquiryFile, key=key, inquiry__in=inquiries)
    disposition = content_disposition_header(
        as_attachment=found.content_type not in SHOWN_IN_BROWSER, filename=found.name
    )
    return HttpResponse(
        bytes(found.content),
        content_type=found.content_type,
        headers={
            "Content-Disposition": disposition or "",
            "Content-Security-Policy": ALONE,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
