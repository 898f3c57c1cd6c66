from django.apps import AppConfig


class KbConfig(AppConfig):
    """The project itself: the desk, live pages, commands and checks."""

    name = "kb"

    def ready(self) -> None:
        from kb import checks  # noqa: F401  registers what manage.py check looks at
