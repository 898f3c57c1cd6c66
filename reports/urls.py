"""The report's addresses."""

from django.urls import path

from reports import views
from reports.spikes import views as spikes

app_name = "reports"
urlpatterns = [
    path("spikes/", spikes.spike_list, name="spike-list"),
    path("spikes/<int:pk>/", spikes.spike_detail, name="spike"),
    path("spikes/<int:pk>/acknowledge/", spikes.acknowledge, name="spike-acknowledge"),
    path("spikes/<int:pk>/bulletin/", spikes.prepare_bulletin, name="spike-bulletin"),
    path("", views.last_month, name="last-month"),
    path("<str:month>/", views.month_detail, name="month-detail"),
]
