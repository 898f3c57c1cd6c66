"""Whoever asks for a page of this room."""

from django.http import HttpRequest

from accounts.models import Agent


class AgentRequest(HttpRequest):
    """A request behind the log-in."""

    user: Agent
