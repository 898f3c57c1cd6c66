"""The report's addresses."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.last_month, name="last-month"),
    path("<str:month>/", views.month_detail, name="month-detail"),
]
