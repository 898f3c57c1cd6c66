"""Log-in and log-out."""

from django.contrib.auth import views
from django.urls import path

from accounts.views import LogIn

app_name = "accounts"
urlpatterns = [
    path("log-in/", LogIn.as_view(), name="log-in"),
    path("log-out/", views.LogoutView.as_view(), name="log-out"),
]
