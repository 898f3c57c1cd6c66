"""The addresses of this room's pages, all under ``/knowledge/``."""

from django.urls import URLPattern, path

from faq.views import attachments

app_name = "faq"
urlpatterns: list[URLPattern] = [
    path("attachments/<slug:key>/", attachments.attachment, name="attachment"),
    path("drafts/<int:pk>/attachments/", attachments.draft_attachments, name="draft-attach"),
    path(
        "drafts/<int:pk>/attachments/<int:attachment_pk>/remove/",
        attachments.detach,
        name="draft-detach",
    ),
]
