"""The report's addresses."""

from django.urls import path

from reports.views import exports, lists, months, subscriptions

app_name = "reports"
urlpatterns = [
    path("", months.last_month, name="last-month"),
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
