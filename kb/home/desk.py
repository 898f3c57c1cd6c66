"""The desk: the agent's only screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "kb/desk.html")
