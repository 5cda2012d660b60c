from django.urls import path

from exams.views import accommodations, entries, examiner, exams, papers, preparing, results, windows

app_name = "exams"
urlpatterns = [
    path("exams/", exams.listing, name="mine"),
    path("exams/<slug:key>/", exams.exam, name="exam"),
    path("exams/<slug:key>/enter/", entries.enter, name="enter"),
    path("entries/<uuid:uuid>/", entries.entry, name="entry"),
    path("entries/<uuid:uuid>/time/", entries.reschedule, name="reschedule"),
    path("entries/<uuid:uuid>/cancel/", entries.cancel, name="cancel"),
    path("entries/<uuid:uuid>/calendar.ics", entries.appointment, name="calendar"),
    path("accommodation/", accommodations.mine, name="accommodation"),
    path("system-check/", preparing.system_check, name="system_check"),
    path("system-check/time/", preparing.server_time, name="server_time"),
    path("tutorial/", preparing.tutorial, name="tutorial"),
    path("sittings/<uuid:uuid>/", papers.paper, name="paper"),
    path("sittings/<uuid:uuid>/<int:position>/", papers.page, name="page"),
    path("sittings/<uuid:uuid>/review/", papers.review, name="review"),
    path("sittings/<uuid:uuid>/submit/", papers.submit, name="submit"),
    path("sittings/<uuid:uuid>/receipt/", papers.receipt, name="receipt"),
    path("results/<uuid:uuid>/", results.result, name="result"),
    path("examiner/results/", examiner.release, name="release"),
    path("examiner/results/<uuid:uuid>/", examiner.result, name="examined"),
    path("examiner/windows/", windows.listing, name="windows"),
    path("examiner/windows/add/", windows.add, name="window_add"),
    path("examiner/windows/<uuid:uuid>/", windows.window, name="window"),
    path("examiner/accommodations/", accommodations.listing, name="accommodations"),
    path("examiner/accommodations/<uuid:uuid>/", accommodations.decide, name="accommodation_asked"),
]
