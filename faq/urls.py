"""The addresses of this room's pages, all under ``/knowledge/``."""

from django.urls import path

from faq.views import autosave, previewing, writing

app_name = "faq"
urlpatterns = [
    path("entries/new/", writing.entry_new, name="entry-new"),
    path("entries/new/autosave/", autosave.autosave, name="entry-new-autosave"),
    path("entries/new/autosave/drop/", autosave.drop_autosave, name="entry-new-autosave-drop"),
    path("entries/<int:pk>/edit/", writing.entry_edit, name="entry-edit"),
    path("entries/<int:pk>/compare/", previewing.compare, name="compare"),
    path("drafts/preview/", previewing.preview, name="preview"),
    path("drafts/<int:pk>/", writing.draft, name="draft"),
    path("drafts/<int:pk>/autosave/", autosave.autosave, name="draft-autosave"),
    path("drafts/<int:pk>/autosave/drop/", autosave.drop_autosave, name="draft-autosave-drop"),
]
