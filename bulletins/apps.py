"""Notices of the bank and bulletins."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "bulletins"
