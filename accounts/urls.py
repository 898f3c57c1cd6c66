"""Log-in and log-out, and what system administrators set."""

from django.contrib.auth import views
from django.urls import path

from accounts import settings_views
from accounts.views import LogIn

app_name = "accounts"
urlpatterns = [
    path("log-in/", LogIn.as_view(), name="log-in"),
    path("log-out/", views.LogoutView.as_view(), name="log-out"),
    path("settings/", settings_views.site_settings, name="settings"),
    path("settings/lines/<int:pk>/head/", settings_views.line_head, name="line-head"),
]
