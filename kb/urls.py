"""Every address of the pages; the API's are in ``kb.api_urls``."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from accounts.views import set_language
from kb.home import health, metrics

urlpatterns = [
    path("", include("kb.home.urls")),
    path("api/v1/", include("kb.api_urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("accounts.urls")),
    path("bell/", include("courier.urls")),
    path("inquiries/", include("inquiries.urls")),
    path("reports/", include("reports.urls")),
    path("", include("bulletins.urls")),
    path("knowledge/", include("faq.urls")),
    path("knowledge/", include("search.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]
