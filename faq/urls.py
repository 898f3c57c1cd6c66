"""The addresses of this room's pages, all under ``/knowledge/``."""

from django.http import HttpResponse
from django.urls import path

from faq.views import entries, flags

app_name = "faq"
urlpatterns = [
    path("entries/", entries.entry_list, name="entry-list"),
    path("flags/", flags.flag_list, name="flag-list"),
    path("flags/mine/", flags.my_flags, name="my-flags"),
    path("flags/<int:pk>/", flags.flag_detail, name="flag"),
    path("flags/<int:pk>/take/", flags.take_flag, name="flag-take"),
    path("flags/<int:pk>/answer/", flags.answer_flag, name="flag-answer"),
    path("flags/<int:pk>/fix/", flags.fix_flag, name="flag-fix"),
    path("drafts/<int:pk>/review/", lambda request, pk: HttpResponse(pk), name="review"),
]
