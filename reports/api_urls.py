"""The API's addresses of this room, under ``/api/v1/``."""

from django.urls import path

from reports.api import ReportDetail

urlpatterns = [
    path("reports/<str:month>", ReportDetail.as_view(), name="api-report"),
]
