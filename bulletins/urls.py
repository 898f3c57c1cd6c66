"""The addresses of this room's pages, all under ``/knowledge/notices/``; the numbers are sources'."""

from django.urls import path

from bulletins import views

app_name = "bulletins"
urlpatterns = [
    path("", views.notice_list, name="notice-list"),
    path("new/", views.notice_new, name="notice-new"),
    path("take-in/", views.take_in, name="notice-take-in"),
    path("<int:pk>/", views.notice_detail, name="notice"),
    path("<int:pk>/check/", views.check_drafts, name="notice-check"),
    path("<int:pk>/drafts/", views.make_drafts, name="notice-drafts"),
]
