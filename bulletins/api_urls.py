"""This room's addresses under ``/api/v1/``."""

from django.urls import path

from bulletins import api

urlpatterns = [
    path("bulletins", api.Bulletins.as_view(), name="api-bulletins"),
    path("bulletins/<int:pk>", api.BulletinDetail.as_view(), name="api-bulletin"),
    path("bulletins/<int:pk>/receipt", api.BulletinReceipt.as_view(), name="api-bulletin-receipt"),
]
