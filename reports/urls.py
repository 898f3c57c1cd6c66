"""The report's addresses."""

from django.urls import path

from reports import proposal_views
from reports.spikes import views as spikes
from reports.views import exports, lists, months, subscriptions

app_name = "reports"
urlpatterns = [
    path("", months.last_month, name="last-month"),
    path("spikes/", spikes.spike_list, name="spike-list"),
    path("spikes/<int:pk>/", spikes.spike_detail, name="spike"),
    path("spikes/<int:pk>/acknowledge/", spikes.acknowledge, name="spike-acknowledge"),
    path("spikes/<int:pk>/bulletin/", spikes.prepare_bulletin, name="spike-bulletin"),
    path("reshuffle/", proposal_views.proposal_list, name="proposal-list"),
    path("reshuffle/accept-all/", proposal_views.accept_all, name="proposal-accept-all"),
    path("reshuffle/<int:pk>/", proposal_views.proposal, name="proposal"),
    path("reshuffle/<int:pk>/accept/", proposal_views.accept, name="proposal-accept"),
    path("reshuffle/<int:pk>/dismiss/", proposal_views.dismiss, name="proposal-dismiss"),
    path("reshuffle/<int:pk>/later/", proposal_views.later, name="proposal-later"),
    path("reshuffle/<int:pk>/take-back/", proposal_views.take_back, name="proposal-take-back"),
    path("reshuffle/<int:pk>/undo/", proposal_views.undo, name="proposal-undo"),
    path("subscription/", subscriptions.subscription, name="subscription"),
    path("pictures/<slug:key>/", months.picture, name="picture"),
    path("days/<str:day>/", lists.day_detail, name="day-detail"),
    path("<str:month>/", months.month_detail, name="month-detail"),
    path("<str:month>/print/", months.print_page, name="print-page"),
    path("<str:month>/entries/", lists.entry_list, name="entry-list"),
    path("<str:month>/hours/", lists.hour_detail, name="hour-detail"),
    path("<str:month>/report.xlsx", exports.workbook, name="workbook"),
    path("<str:month>/tables/<slug:name>.csv", exports.table_file, name="table-file"),
]
