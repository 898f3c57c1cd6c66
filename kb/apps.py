from django.apps import AppConfig


class KbConfig(AppConfig):
    """The project itself: the desk, live pages, commands and checks."""

    name = "kb"
