"""The addresses of this room's pages, all under ``/knowledge/``."""

from django.urls import URLPattern

app_name = "faq"
urlpatterns: list[URLPattern] = []
