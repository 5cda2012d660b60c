from django.urls import path

from exams.views import books, entries, examiner, exams, papers, results, safe_browser

app_name = "exams"
urlpatterns = [
    path("exams/", exams.listing, name="mine"),
    path("exams/<slug:key>/", exams.exam, name="exam"),
    path("exams/<slug:key>/enter/", entries.enter, name="enter"),
    path("exams/<slug:key>/sit/", safe_browser.sit, name="sit"),
    path("exams/<slug:key>/leave/", safe_browser.leave, name="leave"),
    path("entries/<uuid:uuid>/", entries.entry, name="entry"),
    path("entries/<uuid:uuid>/safe-browser.seb", safe_browser.file, name="safe_browser_file"),
    path("entries/<uuid:uuid>/safe-browser/", safe_browser.check, name="safe_browser"),
    path("entries/<uuid:uuid>/safe-browser/<str:question>/", safe_browser.answer, name="safe_browser_answer"),
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
    path("examiner/exams/<slug:key>/safe-browser/", safe_browser.setup, name="safe_browser_setup"),
    path("examiner/exams/<slug:key>/safe-browser.seb", safe_browser.setup_file, name="safe_browser_copy"),
]
