"""What reaches people."""

from django.apps import AppConfig


class CourierConfig(AppConfig):
    name = "courier"

    def ready(self) -> None:
        from accounts import audit_rights
        from courier.models import Mail

        audit_rights.readable_by_all(Mail)
