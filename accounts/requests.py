"""A request as views meet it behind the log-in."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import permissions
from accounts.models import Agent


class AgentRequest(HttpRequest):
    """``user`` is somebody with an account of ours."""

    user: Agent


def writer_of(request: HttpRequest) -> Agent:
    """Whoever asks, if they write entries; else PermissionDenied."""
    if not isinstance(request.user, Agent) or not permissions.may_write_entries(request.user):
        raise PermissionDenied
    return request.user
