from django.urls import path

from exams.views import entries, examiner, exams, files, invigilation, papers, results, timeline

app_name = "exams"
urlpatterns = [
    path("exams/", exams.listing, name="mine"),
    path("exams/<slug:key>/", exams.exam, name="exam"),
    path("exams/<slug:key>/enter/", entries.enter, name="enter"),
    path("entries/<uuid:uuid>/", entries.entry, name="entry"),
    path("sittings/<uuid:uuid>/", papers.paper, name="paper"),
    path("sittings/<uuid:uuid>/<int:position>/", papers.page, name="page"),
    path("sittings/<uuid:uuid>/review/", papers.review, name="review"),
    path("sittings/<uuid:uuid>/submit/", papers.submit, name="submit"),
    path("sittings/<uuid:uuid>/receipt/", papers.receipt, name="receipt"),
    path("sittings/<uuid:uuid>/timeline.json", timeline.as_json, name="timeline_json"),
    path("sittings/<uuid:uuid>/timeline.csv", timeline.as_csv, name="timeline_csv"),
    path("results/<uuid:uuid>/", results.result, name="result"),
    path("invigilation/", invigilation.overview, name="invigilation"),
    path("invigilation/sittings/<uuid:uuid>/", invigilation.watched, name="watched"),
    path("invigilation/sittings/<uuid:uuid>/<slug:act>/", invigilation.intervene, name="intervene"),
    path("invigilation/credits/<uuid:uuid>/<slug:event>/", invigilation.decide_credit, name="decide_credit"),
    path("invigilation/devices/<int:pk>/<slug:event>/", invigilation.decide_takeover, name="decide_takeover"),
    path("invigilation/<slug:key>/", invigilation.board, name="board"),
    path("invigilation/<slug:key>/all/<slug:act>/", invigilation.intervene_all, name="intervene_all"),
    path("examiner/results/", examiner.release, name="release"),
    path("examiner/results/<uuid:uuid>/", examiner.result, name="examined"),
    path("examiner/files/<uuid:uuid>/", files.answer_file, name="answer_file"),
]
