"""Log-in and log-out, what system administrators set, and what auditors read."""

from django.contrib.auth import views
from django.urls import path

from accounts import audit_views, settings_views
from accounts.views import LogIn

app_name = "accounts"
urlpatterns = [
    path("log-in/", LogIn.as_view(), name="log-in"),
    path("log-out/", views.LogoutView.as_view(), name="log-out"),
    path("settings/", settings_views.site_settings, name="settings"),
    path("settings/lines/<int:pk>/head/", settings_views.line_head, name="line-head"),
    path("audit-trail/", audit_views.trail, name="audit-trail"),
]
