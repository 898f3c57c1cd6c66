"""Every address of the pages; the API's are in ``kb.api_urls``."""

from django.urls import include, path

from kb import home
from kb.home import health

urlpatterns = [
    path("", home.desk, name="desk"),
    path("api/v1/", include("kb.api_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("accounts.urls")),
    path("reports/", include("reports.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
