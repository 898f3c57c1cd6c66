"""The addresses of this room's pages, all under ``/inquiries/``."""

from django.urls import path

from inquiries.views import absences, acts, by_mail, calendar, detail, figures, files, lists

app_name = "inquiries"
urlpatterns = [
    path("", lists.inquiry_list, name="inquiry-list"),
    path("due/", lists.due_next, name="due-next"),
    path("figures/", figures.person_figures, name="person-figures"),
    path("news/", lists.inquiry_news, name="news"),
    path("<int:pk>/", detail.inquiry_detail, name="inquiry"),
    path("<int:pk>/say/", acts.say, name="say"),
    path("<int:pk>/assign/", acts.assign, name="assign"),
    path("<int:pk>/line/", acts.send_to_line, name="send-to-line"),
    path("<int:pk>/pause/", acts.pause, name="pause"),
    path("<int:pk>/resume/", acts.resume, name="resume"),
    path("<int:pk>/close/", acts.close, name="close"),
    path("<int:pk>/reopen/", acts.reopen, name="reopen"),
    path("<int:pk>/join/", acts.join, name="join"),
    path("<int:pk>/entry/", acts.make_entry, name="make-entry"),
    path("<int:pk>/files/", files.attach, name="attach"),
    path("files/<str:key>/", files.file, name="file"),
    path("absences/", absences.absences, name="absences"),
    path("absences/<int:pk>/end/", absences.end_absence, name="end-absence"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/day/", calendar.set_day, name="calendar-day"),
    path("calendar/year/", calendar.announce_year, name="calendar-year"),
    path("answer/<str:token>/", by_mail.answer_by_mail, name="answer-by-mail"),
]
