"""A request as views meet it behind the log-in."""

from django.http import HttpRequest

from accounts.models import Agent


class AgentRequest(HttpRequest):
    """``user`` is somebody with an account of ours."""

    user: Agent
