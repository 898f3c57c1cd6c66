"""The API's addresses of this room, under ``/api/v1/``."""

from django.urls import path

from inquiries import api

urlpatterns = [
    path("inquiries", api.Inquiries.as_view(), name="api-inquiries"),
    path("inquiries/<int:pk>", api.InquiryDetail.as_view(), name="api-inquiry"),
    path("inquiries/<int:pk>/join", api.InquiryJoin.as_view(), name="api-inquiry-join"),
]
