"""Notices of the bank and bulletins."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "bulletins"

    def ready(self) -> None:
        from accounts import audit_rights
        from bulletins import reads
        from bulletins.models import Bulletin, Notice

        audit_rights.readable_as(Bulletin, Bulletin.objects.visible_to)
        audit_rights.readable_as(Notice, reads.notices_named_to)
