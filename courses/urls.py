from django.urls import path
from django.urls.resolvers import URLPattern

from courses.views import (
    cases,
    catalogue,
    classroom,
    editions,
    glossary,
    notes,
    repeating,
    searching,
    worksheets,
)

app_name = "courses"
urlpatterns: list[URLPattern] = [
    path("courses/", catalogue.catalogue, name="catalogue"),
    path("courses/<slug:slug>/", catalogue.course, name="course"),
    path("courses/<slug:slug>/sample/", catalogue.sample, name="sample"),
    path("courses/<slug:slug>/sample/worksheet/<int:number>/", worksheets.of_sample, name="sample_worksheet"),
    path("courses/<slug:slug>/enrol/", catalogue.enrol, name="enrol"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("glossary/<slug:key>/", glossary.term, name="term"),
    path("learn/", searching.search, name="search"),
    path("learn/<slug:slug>/", classroom.classroom, name="classroom"),
    path("learn/<slug:slug>/attestation.pdf", classroom.attested, name="attestation"),
    path("learn/<slug:slug>/case/", cases.case, name="case"),
    path("learn/<slug:slug>/case/evidence/", cases.evidence, name="case_evidence"),
    path("learn/<slug:slug>/case/<slug:document>/", cases.sheet, name="case_sheet"),
    path("learn/<slug:slug>/again/", repeating.again, name="again"),
    path("learn/<slug:slug>/notes/", notes.all_notes, name="notes"),
    path("learn/<slug:slug>/notes/file/", notes.as_file, name="notes_file"),
    path("learn/<slug:slug>/notes/<uuid:uuid>/", notes.note, name="note"),
    path("learn/<slug:slug>/leave/", classroom.leave, name="leave"),
    path("learn/<slug:slug>/<slug:lesson_key>/", classroom.lesson, name="lesson"),
    path("learn/<slug:slug>/<slug:lesson_key>/check/<slug:check_key>/", classroom.check, name="check"),
    path(
        "learn/<slug:slug>/<slug:lesson_key>/worksheet/<int:number>/", worksheets.of_lesson, name="worksheet"
    ),
    path("learn/<slug:slug>/<slug:lesson_key>/done/", classroom.done, name="done"),
    path("learn/<slug:slug>/<slug:lesson_key>/note/", notes.write, name="write_note"),
    path("learn/<slug:slug>/<slug:lesson_key>/bookmark/", notes.bookmark, name="bookmark"),
    path("learn/<slug:slug>/<slug:lesson_key>/newer/", editions.newer, name="newer"),
    path("learn/<slug:slug>/<slug:lesson_key>/place/", classroom.place, name="place"),
]
