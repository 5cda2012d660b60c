import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from exams.actions import coursework
from exams.models import Assessment, Deadline, Script, ScriptMark, Submission, Work
from tests import cast, counting
from tests.factories import courses as make_courses
from tests.factories import marking as make
from tests.factories.marking import GOOD

pytestmark = pytest.mark.django_db
LEVELS = {f"level-{criterion}": level for criterion, level in GOOD.items()}


@pytest.fixture
def pack(ada, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_courses.enrolled(ada, make_courses.small(lessons=1))
    return make.coursework()


def test_a_learner_hands_in_and_a_marker_marks_on_plain_pages(pack, ada, ivo, eve, signed_in) -> None:
    learner, marker, examiner = signed_in(ada), signed_in(ivo), signed_in(eve)
    own = "/coursework/pack/"
    bad = SimpleUploadedFile("a.pdf", b"MZ\x90\x00")
    refused = learner.post(own, {"event": "hand-in", "text": "", "attachments": [bad]})
    assert refused.status_code == 400
    assert (
        "is of no kind that is taken, whatever its name says. Nothing was handed in."
        in refused.content.decode()
    )
    good = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    assert (
        learner.post(own, {"event": "hand-in", "text": "No register.", "attachments": [good]}).status_code
        == 302
    )
    assert "It is final: give it to the markers" in learner.get(own).content.decode()
    learner.post(own, {"event": "finish"})
    assert "With us now" in learner.get(own).content.decode()
    taken = marker.post(f"/marking/{pack.marking.pk}/take/")
    half = marker.post(taken.url, {"event": "mark", "level-1": "2"})
    assert half.status_code == 400 and "Choose a level." in half.content.decode()
    assert marker.post(taken.url, {"event": "mark", **LEVELS, "said-1": "Well named."}).url == "/marking/"
    assert ScriptMark.objects.get().comments == {"1": "Well named."}
    make.worker.run_due()
    page = f"/examiner/coursework/pack/{ada.pk}/"
    assert "Well named." in examiner.get(page).content.decode()
    assert "Well named." not in learner.get(own).content.decode()
    examiner.post(page, {"event": "release"})
    shown = learner.get(own).content.decode()
    assert "6 of 8 points" in shown and "Well named." in shown and ivo.display_name not in shown


def test_an_examiner_moves_a_date_and_a_trainer_assesses(pack, ada, eve, finn, signed_in) -> None:
    tutored = make.coursework("tutored", by_tutor=True)
    examiner = signed_in(eve)
    page = f"/examiner/coursework/pack/{ada.pk}/"
    assert (
        examiner.post(page, {"event": "deadline", "due_on": "2030-02-30", "reason": "Ill."}).status_code
        == 400
    )
    assert (
        examiner.post(page, {"event": "deadline", "due_on": "2030-02-28", "reason": "Ill."}).status_code
        == 302
    )
    assert Deadline.objects.get().due_at.isoformat() == "2030-02-28T23:59:59+00:00"
    page = f"/examiner/coursework/tutored/{ada.pk}/"
    said = {"event": "assess", **LEVELS, "comment": "Asks well."}
    examiner.post(page, said)  # releases results, and is no trainer
    assert not Assessment.objects.exists()
    cast.memberships.appoint(
        person_id=finn.pk, organisation_id=tutored.organisation_id, role="trainer", actor_id=None
    )
    signed_in(finn).post(page, said)
    assert Assessment.objects.get().tutor == finn
    assert "Asks well." in signed_in(ada).get("/coursework/tutored/").content.decode()


def said_for(client, page: str) -> int:
    with counting.statements() as said:
        assert client.get(page).status_code == 200
    return len(said)


def test_lists_take_as_many_statements_for_many_as_for_one(pack, ada, ben, cleo, eve, signed_in) -> None:
    client = signed_in(eve)
    pages = ("/examiner/coursework/pack/", f"/examiner/marking/{pack.marking.pk}/", "/marking/")
    counts = []
    for person in (ada, ben, cleo):
        if person != ada:
            make_courses.enrolled(person, make_courses.CoursePage.objects.get(key="small"))
        work = make.handed_in(pack, person, f"By {person.pk}.")
        coursework.finish(work_uuid=work.uuid, person_id=person.pk)
        make.by("ivo", pack, GOOD)
        client.get(pages[0])
        counts.append([said_for(client, page) for page in pages])
    assert counts[1] == counts[2]
    assert (Submission.objects.count(), Work.objects.count(), Script.objects.count()) == (3, 3, 3)
