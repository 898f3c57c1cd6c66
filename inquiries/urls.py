"""The addresses of this room's pages, all under ``/inquiries/``."""

from django.urls import URLPattern

app_name = "inquiries"
urlpatterns: list[URLPattern] = []
