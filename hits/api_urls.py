"""The counter's addresses under ``/api/v1/``."""

from django.urls import path

from hits import api

urlpatterns = [
    path("hits", api.Hits.as_view(), name="api-hits"),
    path("searches", api.Searches.as_view(), name="api-searches"),
    path("calls", api.Calls.as_view(), name="api-calls"),
    path("calls/<uuid:call_id>/end", api.CallEnd.as_view(), name="api-call-end"),
]
