"""The API's addresses of this room, under ``/api/v1/``."""

from django.urls import path

from search.api import LikeInquiries, Search, Suggest

urlpatterns = [
    path("search", Search.as_view(), name="api-search"),
    path("suggest", Suggest.as_view(), name="api-suggest"),
    path("inquiries/like", LikeInquiries.as_view(), name="api-inquiries-like"),
]
