"""The addresses of this room's pages; the numbers of notices are their sources'."""

from django.urls import path

from bulletins.views import board, managing, notices, writing

app_name = "bulletins"
urlpatterns = [
    path("knowledge/notices/", notices.notice_list, name="notice-list"),
    path("knowledge/notices/new/", notices.notice_new, name="notice-new"),
    path("knowledge/notices/take-in/", notices.take_in, name="notice-take-in"),
    path("knowledge/notices/<int:pk>/", notices.notice_detail, name="notice"),
    path("knowledge/notices/<int:pk>/check/", notices.check_drafts, name="notice-check"),
    path("knowledge/notices/<int:pk>/drafts/", notices.make_drafts, name="notice-drafts"),
    path("knowledge/notices/<int:pk>/bulletin/", managing.notice_bulletin, name="notice-bulletin"),
    path("bulletins/", board.board, name="board"),
    path("bulletins/now/", board.now, name="now"),
    path("bulletins/new/", writing.bulletin_new, name="bulletin-new"),
    path("bulletins/preview/", writing.bulletin_preview, name="bulletin-preview"),
    path("bulletins/<int:pk>/", board.bulletin_detail, name="bulletin"),
    path("bulletins/<int:pk>/receipt/", board.receipt, name="receipt"),
    path("bulletins/<int:pk>/edit/", writing.bulletin_edit, name="bulletin-edit"),
    path("bulletins/<int:pk>/withdraw/", managing.withdraw, name="bulletin-withdraw"),
    path("bulletins/<int:pk>/remind/", managing.remind, name="bulletin-remind"),
    path("bulletins/<int:pk>/entries/", managing.make_entries, name="bulletin-entries"),
    path("bulletins/<int:pk>/reading/", managing.reading, name="reading"),
    path("bulletins/<int:pk>/reading/<slug:suffix>/", managing.reading_export, name="reading-export"),
]
