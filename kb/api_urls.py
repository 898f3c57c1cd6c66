"""Every address under ``/api/v1/``."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView

from kb.home.api import EntryDetail

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("entries/<int:pk>", EntryDetail.as_view(), name="api-entry-detail"),
    path("", include("bulletins.api_urls")),
    path("", include("hits.api_urls")),
    path("", include("inquiries.api_urls")),
    path("", include("search.api_urls")),
    path("", include("reports.api_urls")),
]
