"""The addresses of this room's pages, all under ``/knowledge/``."""

from django.http import HttpResponse
from django.urls import URLPattern, path

app_name = "faq"
urlpatterns: list[URLPattern] = [
    path("drafts/<int:pk>/review/", lambda request, pk: HttpResponse(pk), name="review"),
]
