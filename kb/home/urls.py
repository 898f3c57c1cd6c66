"""The desk's addresses."""

from django.urls import path

from kb.home import browsing, desk, entries, work

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("start/", desk.start, name="desk-start"),
    path("start/category/", browsing.category_entries, name="desk-category"),
    path("counts/", desk.counts, name="desk-counts"),
    path("knowledge/work/", work.work, name="work"),
    path("entries/<int:pk>/", entries.entry_detail, name="entry-detail"),
    path("entries/<int:pk>/state/", entries.entry_state, name="entry-state"),
    path("entries/<int:pk>/flag/", entries.flag_entry, name="flag-entry"),
    path("entries/<int:pk>/pin/", entries.pin_entry, name="pin-entry"),
]
