"""The addresses of this room's pages."""

from django.urls import path

from faq.views import exports, imports

app_name = "faq"
urlpatterns = [
    path("entries/export/", exports.entry_export, name="entry-export"),
    path("imports/", imports.import_list, name="import-list"),
    path("imports/upload/", imports.upload, name="import-upload"),
    path("imports/template.<str:suffix>", exports.import_template, name="import-template"),
    path("imports/<uuid:key>/", imports.import_detail, name="import"),
    path("imports/<uuid:key>/progress/", imports.progress, name="import-progress"),
    path("imports/<uuid:key>/read/", imports.read, name="import-read"),
    path("imports/<uuid:key>/apply/", imports.apply, name="import-apply"),
    path("imports/<uuid:key>/undo/", imports.undo, name="import-undo"),
]
