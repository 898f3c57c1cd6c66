"""The addresses of this room's pages, all under ``/bell/``."""

from django.urls import path

from courier import views

app_name = "courier"
urlpatterns = [
    path("", views.bell, name="bell"),
    path("seen/", views.see_all, name="bell-seen"),
    path("<int:pk>/open/", views.open_notification, name="bell-open"),
    path("settings/", views.wishes, name="settings"),
    path("mails/", views.my_mails, name="my-mails"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/again/", views.try_again, name="outbox-again"),
]
