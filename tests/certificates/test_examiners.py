"""Whoever marks, assesses or judges what a person did is barred from certifying them, by the rule and by the database."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from certificates.models import Application, Decision, Level, Tie
from certificates.queries import conflicts
from certificates.rules.conflicts import Bar
from exams.actions import coursework, marking_controls, results
from exams.models import Script
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from tests.factories import certificates as make
from tests.factories import courses as make_courses
from tests.factories import exams as make_exams
from tests.factories import marking as make_marking
from tests.factories.marking import CRITERIA, FULL, GOOD, HALF

pytestmark = pytest.mark.django_db


def examined() -> set[tuple[str, str]]:
    rows = Tie.objects.filter(bond="examined").values_list("officer__email", "person__email")
    return {(officer.split("@")[0], person.split("@")[0]) for officer, person in rows}


def bars(officer, person) -> tuple[Bar, ...]:
    return conflicts.standing(officer_id=officer.pk, person_id=person.pk, on=clock.today()).bars


def decide(person, officer) -> None:
    level = Level.objects.get(scheme__key=make.IMPLEMENTER, key="lead")
    application = Application.objects.create(
        person=person, level=level, version=level.scheme.versions.get(), submitted_at=clock.now()
    )
    Decision.objects.create(
        application=application,
        outcome="granted",
        decided_by=officer,
        looked_back_to=date(2020, 1, 1),
        decided_at=clock.now(),
    )


def test_everybody_who_marks_an_essay_is_barred_by_the_rule_and_by_the_database(
    schemes, ada, ben, ivo, jun, hana
) -> None:
    exam = make_marking.essay_exam(double="always")
    make_marking.written(exam, ada)
    make_marking.by("ivo", exam, FULL)
    make_marking.by("jun", exam, HALF)
    make_marking.by("hana", exam, FULL)  # the third, where two differ
    worker.run_due()
    assert examined() == {("ivo", "ada"), ("jun", "ada"), ("hana", "ada")}
    assert (bars(hana, ada), bars(hana, ben)) == ((Bar.EXAMINED,), ())
    with pytest.raises(IntegrityError), transaction.atomic():
        decide(ada, hana)
    decide(ben, hana)


def test_who_marks_a_control_script_has_examined_nobody(ada, ben, ivo, jun, eve) -> None:
    exam = make_marking.essay_exam(control_every=1)
    make_marking.written(exam, ada)
    make_marking.by("ivo", exam, FULL)
    kept = {"levels": FULL, "comment": "Agreed.", "reason": "A good one."}
    marking_controls.add(script_id=Script.objects.get().pk, by_id=eve.pk, **kept)
    make_marking.written(exam, ben, "Another text.")
    assert [make_marking.by("jun", exam, FULL).role for _ in range(2)] == ["first", "control"]
    worker.run_due()
    assert examined() == {("ivo", "ada"), ("jun", "ben")}


def test_who_marks_releases_or_assesses_a_coursework_is_barred(ada, eve, ivo, finn) -> None:
    make_courses.enrolled(ada, make_courses.small(lessons=1))
    work = make_marking.marked_work(make_marking.coursework(), ada, GOOD)
    coursework.release(work_uuid=work.uuid, by_id=eve.pk)
    make_marking.coursework("tutor", by_tutor=True, required=False)
    said = {"levels": {one["id"]: 1 for one in CRITERIA}, "comments": {}, "comment": "Went well."}
    coursework.assess(coursework_key="tutor", person_id=ada.pk, tutor_id=finn.pk, **said)
    worker.run_due()
    assert examined() == {("ivo", "ada"), ("eve", "ada"), ("finn", "ada")}


def test_who_releases_the_result_of_an_exam_of_no_scheme_is_barred_all_the_same(ada, eve) -> None:
    results.release(
        result_uuid=make_exams.marked(make_exams.exam(scheme_key=""), ada).uuid, examiner_id=eve.pk
    )
    worker.run_due()
    assert bars(eve, ada) == (Bar.EXAMINED,)


def test_marks_from_before_it_was_announced_bar_after_the_upgrade(ada, ivo) -> None:
    migration = import_module("exams.migrations.0023_examiners_and_variants")
    migration.ask(apps, None)
    assert not Job.objects.filter(kind=migration.KIND).exists()
    exam = make_marking.essay_exam()
    make_marking.written(exam, ada)
    make_marking.by("ivo", exam, FULL)
    Job.objects.filter(kind="certificates.note_examining").delete()
    migration.ask(apps, None)
    migration.ask(apps, None)
    worker.run_due()
    assert examined() == {("ivo", "ada")}
