from django.urls import path

from exams.views import books, entries, examiner, exams, papers, results

app_name = "exams"
urlpatterns = [
    path("exams/", exams.listing, name="mine"),
    path("exams/<slug:key>/", exams.exam, name="exam"),
    path("exams/<slug:key>/enter/", entries.enter, name="enter"),
    path("entries/<uuid:uuid>/", entries.entry, name="entry"),
    path("sittings/<uuid:uuid>/", papers.paper, name="paper"),
    path("sittings/<uuid:uuid>/<int:position>/", papers.page, name="page"),
    path("sittings/<uuid:uuid>/book/", books.book, name="book"),
    path("sittings/<uuid:uuid>/book/<slug:lesson_key>/", books.book, name="book_lesson"),
    path("sittings/<uuid:uuid>/review/", papers.review, name="review"),
    path("sittings/<uuid:uuid>/submit/", papers.submit, name="submit"),
    path("sittings/<uuid:uuid>/receipt/", papers.receipt, name="receipt"),
    path("results/<uuid:uuid>/", results.result, name="result"),
    path("examiner/results/", examiner.release, name="release"),
    path("examiner/results/<uuid:uuid>/", examiner.result, name="examined"),
]
