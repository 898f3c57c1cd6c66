"""The addresses of this room's pages; the numbers of notices are their sources'."""

from django.urls import path

from bulletins.views import notices, writing

app_name = "bulletins"
urlpatterns = [
    path("knowledge/notices/", notices.notice_list, name="notice-list"),
    path("knowledge/notices/new/", notices.notice_new, name="notice-new"),
    path("knowledge/notices/take-in/", notices.take_in, name="notice-take-in"),
    path("knowledge/notices/<int:pk>/", notices.notice_detail, name="notice"),
    path("knowledge/notices/<int:pk>/check/", notices.check_drafts, name="notice-check"),
    path("knowledge/notices/<int:pk>/drafts/", notices.make_drafts, name="notice-drafts"),
    path("bulletins/<int:pk>/edit/", writing.bulletin_edit, name="bulletin-edit"),
]
