from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from courses.actions import enrolments, requirements
from courses.documents import attestation
from courses.models import Enrolment, RequirementMet
from courses.queries import enrolments as progress
from exams.actions import coursework, marking_desk
from exams.actions.coursework import BadFile, MayNotHandIn, NothingHandedIn, OwnWork, TooMuch, Upload
from exams.actions.marking_desk import NothingToMark
from exams.models import Coursework, Script, Submission, SubmissionFile, Work, WorkChange
from exams.queries import coursework as queries
from exams.queries import marking as marking_queries
from exams.queries.coursework import UnknownCoursework, UnknownWork
from exams.rules.coursework import Hindrance
from lms.billing.models import Redemption
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import courses as make_courses
from tests.factories import marking as make
from tests.factories.marking import GOOD, POOR

pytestmark = pytest.mark.django_db

PDF = Upload("Ada's pack.pdf", b"%PDF-1.7 one")


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def enrolment(ada) -> Enrolment:
    return make_courses.enrolled(ada, make_courses.small(lessons=1))


@pytest.fixture
def pack(enrolment) -> Coursework:
    return make.coursework()


def test_it_is_replaced_until_it_is_due_and_the_last_version_goes_to_the_markers(pack, ada) -> None:
    work = make.handed_in(pack, ada, "First.", files=[PDF])
    file = SubmissionFile.objects.get()
    again = coursework.hand_in(coursework_key="pack", person_id=ada.pk, text="Second.", keep=[file.uuid])
    assert (
        coursework.hand_in(coursework_key="pack", person_id=ada.pk, text="Second.", keep=[file.uuid]) == again
    )
    assert list(Submission.objects.values_list("number", "text")) == [(1, "First."), (2, "Second.")]
    assert again.files.get().file == file.file
    with default_storage.open(file.file.name) as kept:
        assert kept.read() == PDF.content
    assert coursework.close_due() == 0
    with clock.shifted(days=31):
        with pytest.raises(MayNotHandIn) as refused:
            coursework.hand_in(coursework_key="pack", person_id=ada.pk, text="Third.")
        assert refused.value.hindrance == Hindrance.LATE
        assert (coursework.close_due(), coursework.close_due()) == (1, 0)
    script = Script.objects.get()
    assert (script.text, script.work, script.task) == ("Second.", work, "Write it down.")
    assert list(WorkChange.objects.values_list("event", flat=True)) == ["hand-in", "replace", "close"]


def test_who_hands_in_has_begun_the_use_of_their_place_in_the_course(pack, ada) -> None:
    assert Redemption.objects.get().begun_at is None
    make.handed_in(pack, ada, "First.")
    assert Redemption.objects.get().begun_at is not None


def test_passed_and_released_it_completes_the_course_that_requires_it(pack, enrolment, ada, eve) -> None:
    make_courses.done(enrolment, "l1")
    enrolment.refresh_from_db()
    assert enrolment.state == "enrolled"
    with pytest.raises(enrolments.NotComplete):
        enrolments.complete(enrolment_id=enrolment.pk)
    work = make.marked_work(pack, ada, GOOD)
    assert (work.state, work.outcome) == ("marked", "passed")
    assert queries.released(pack, ada.pk) == []
    with pytest.raises(OwnWork):
        coursework.release(work_uuid=work.uuid, by_id=ada.pk)
    coursework.release(work_uuid=work.uuid, by_id=eve.pk)
    coursework.release(work_uuid=work.uuid, by_id=eve.pk)
    worker.run_due()
    enrolment.refresh_from_db()
    assert enrolment.state == "completed"
    assert RequirementMet.objects.get().source == f"exams.work:{work.pk}"
    assert Notice.objects.filter(kind="coursework-released", to=ada.email).count() == 1
    (feedback,) = queries.released(pack, ada.pk)
    assert (feedback.shown, [(one.name, one.shown, one.says) for one in feedback.criteria]) == (
        "6 of 8",
        [("Requirement", "4 of 4", "Requirement 2."), ("Evidence", "2 of 4", "Evidence 1.")],
    )
    assert feedback.criteria[0].comments == ("Ivo on the reason.",)
    with pytest.raises(MayNotHandIn) as refused:
        make.handed_in(pack, ada)
    assert refused.value.hindrance == Hindrance.PASSED


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_course_does_not_wait_for_gives_its_hours_once(enrolment, ada, eve, when) -> None:
    """Before completion they are counted with it, afterwards they come to it and into the log of hours."""
    pack = make.coursework(required=False, hours=16)
    own = enrolment.course.cpd_hours
    if when == "after":
        make_courses.done(enrolment, "l1")
        enrolment.refresh_from_db()
        assert (enrolment.state, enrolment.hours, enrolment.work_hours) == ("completed", own, 0)
    work = make.marked_work(pack, ada, GOOD)
    coursework.release(work_uuid=work.uuid, by_id=eve.pk)
    worker.run_due()
    coursework.tell_course(work_id=work.pk)
    if when == "before":
        make_courses.done(enrolment, "l1")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.hours, enrolment.work_hours) == ("completed", own + 16, 16)
    completion = progress.completion_of(ada.pk, enrolment.course.key)
    assert completion is not None
    letter = attestation.letter(completion, name="Ada")
    assert (
        "Professional development",
        f"{own + 16} hours, of which 16 in work that was assessed",
    ) in letter.facts
    logged = Job.objects.filter(kind="certificates.record_course").values_list("payload__minutes", flat=True)
    assert sorted(logged) == ([(own + 16) * 60] if when == "before" else sorted([own * 60, 16 * 60]))


def test_a_fail_leaves_another_try_and_the_last_try_none(pack, enrolment, ada, eve) -> None:
    for number in (1, 2):
        work = make.marked_work(pack, ada, POOR)
        assert (work.number, work.outcome) == (number, "failed")
        with pytest.raises(MayNotHandIn) as refused:
            make.handed_in(pack, ada)
        assert refused.value.hindrance == Hindrance.WITH_MARKERS
        coursework.release(work_uuid=work.uuid, by_id=eve.pk)
    worker.run_due()
    assert not RequirementMet.objects.exists()
    with pytest.raises(MayNotHandIn) as refused:
        make.handed_in(pack, ada)
    assert refused.value.hindrance == Hindrance.NO_TRIES


def test_who_trains_the_learner_does_not_mark_their_coursework(pack, enrolment, ada, ivo) -> None:
    enrolments.assign_trainer(enrolment_id=enrolment.pk, trainer_id=ivo.pk, actor_id=ivo.pk)
    work = make.handed_in(pack, ada)
    coursework.finish(work_uuid=work.uuid, person_id=ada.pk)
    with pytest.raises(NothingToMark):
        marking_desk.take(marking_id=pack.marking.pk, marker_id=ivo.pk)


def test_a_tutor_assesses_without_anything_handed_in(enrolment, ada, finn, ivo) -> None:
    tutored = make.coursework("tutored", by_tutor=True)
    said = {"coursework_key": "tutored", "comments": {}, "comment": "Asks good questions."}
    with pytest.raises(MayNotHandIn):
        coursework.hand_in(coursework_key="tutored", person_id=ada.pk, text="Here.")
    with pytest.raises(OwnWork):
        coursework.assess(person_id=ada.pk, tutor_id=ada.pk, levels=GOOD, **said)
    coursework.assess(person_id=ada.pk, tutor_id=finn.pk, levels=POOR, **said)
    coursework.assess(person_id=ada.pk, tutor_id=finn.pk, levels=GOOD, **said)
    worker.run_due()
    assert [one.work.outcome for one in queries.released(tutored, ada.pk)] == ["passed", "failed"]
    assert RequirementMet.objects.get().requirement.key == "tutored"
    # From now on the tutor marks nothing of Ada's.
    assert ada.pk in marking_queries.barred(finn.pk, at=clock.now())
    assert ada.pk not in marking_queries.barred(finn.pk, at=clock.now() + timedelta(days=24 * 31))


def test_another_date_is_given_with_a_reason_and_holds_for_what_is_open(pack, ada, eve) -> None:
    make.handed_in(pack, ada)
    until = clock.now() + timedelta(days=60)
    said = {"coursework_key": "pack", "person_id": ada.pk, "due_at": until, "reason": "She was ill."}
    with pytest.raises(OwnWork):
        coursework.set_deadline(by_id=ada.pk, **said)
    coursework.set_deadline(by_id=eve.pk, **said)
    with clock.shifted(days=45):
        assert coursework.close_due() == 0
        make.handed_in(pack, ada, "Later.")
    assert [row.due_at for row in queries.rows(pack, at=clock.now())] == [until]


def test_what_can_t_be_handed_in_is_refused_and_nothing_is_kept(pack, ada, dag) -> None:
    for said, fault in (
        ({"text": "  "}, NothingHandedIn),
        ({"text": "", "files": [Upload("a.pdf", b"MZ\x90\x00")]}, BadFile),
        ({"text": "", "files": [PDF] * 6}, TooMuch),
        ({"text": "x" * 60_001}, TooMuch),
    ):
        with pytest.raises(fault):
            coursework.hand_in(coursework_key="pack", person_id=ada.pk, **said)
    with pytest.raises(UnknownCoursework):
        coursework.hand_in(coursework_key="pack", person_id=dag.pk, text="Here.")
    assert not Work.objects.exists()
    work = make.handed_in(pack, ada)
    with pytest.raises(UnknownWork):
        coursework.finish(work_uuid=work.uuid, person_id=dag.pk)
    with pytest.raises(IllegalMove):
        coursework.release(work_uuid=work.uuid, by_id=dag.pk)


def test_files_go_as_attachments_to_those_who_may_have_them(pack, ada, dag, eve, ivo, signed_in) -> None:
    work = make.handed_in(pack, ada, files=[PDF])
    address = f"/coursework/files/{SubmissionFile.objects.get().uuid}/"
    coursework.finish(work_uuid=work.uuid, person_id=ada.pk)

    def got(who) -> tuple[int, str, bytes]:
        answer = signed_in(who).get(address)
        named = answer.headers.get("Content-Disposition", "")
        return answer.status_code, named, answer.content

    assert got(ada) == got(eve) == (200, 'attachment; filename="Ada_s pack.pdf"', PDF.content)
    assert (got(dag)[0], got(ivo)[0]) == (404, 404)
    marking_desk.take(marking_id=pack.marking.pk, marker_id=ivo.pk)
    assert got(ivo) == (200, 'attachment; filename="file-1.pdf"', PDF.content)


def test_what_a_course_no_longer_requires_keeps_nobody(pack, enrolment, ada) -> None:
    make_courses.done(enrolment, "l1")
    assert (
        requirements.require(course_key="small", key="pack", title=pack.title, path="/coursework/pack/")
        is False
    )
    assert requirements.drop(course_key="small", key="pack")
    enrolment.refresh_from_db()
    assert enrolment.state == "completed"


def test_the_tables_refuse_nonsense(pack, ada) -> None:
    work = make.handed_in(pack, ada)
    for wrong in (
        {"state": "marked"},
        {"outcome": "passed"},
        {"state": "released", "outcome": "passed", "released_at": clock.now(), "released_by": ada},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Work.objects.filter(pk=work.pk).update(**wrong)
