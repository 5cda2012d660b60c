"""Cohorts as learners, trainers and employers see them."""

import csv
import io
from datetime import timedelta

import pytest
from icalendar import Calendar

from courses.actions import cohorts, consents, sessions
from courses.models import Attendance, Cohort, Consent, Enrolment, LessonRecord, Session
from lms.db import clock
from lms.organisations.actions import memberships
from tests import cast
from tests.counting import statements
from tests.factories import courses as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def group(tove) -> Cohort:
    return make.cohort(make.small(), tove, capacity=1)


def test_a_learner_joins_sees_the_sessions_in_their_zone_and_leaves(ada, ben, group, signed_in) -> None:
    ada.time_zone = "Asia/Tokyo"
    ada.save()
    make.session(group, days=3, where="https://video.example.org/x")
    browser, other = signed_in(ada), signed_in(ben)
    dates = text(browser.get("/courses/small/dates/"))
    assert "1 of 1 free" in dates
    assert "(Asia/Tokyo), which is" in dates
    assert "video.example.org" not in dates
    join = f"/courses/small/dates/{group.uuid}/join/"
    mine = text(browser.post(join, follow=True))
    assert "You have a place" in mine
    assert "https://video.example.org/x" in mine
    assert "You are on the waiting list, and the first" in text(other.post(join, follow=True))
    assert "You wait for a place in Spring" in text(other.get("/learn/small/"))
    assert other.get("/learn/small/dates.ics").status_code == 404
    left = browser.post("/learn/small/dates/leave/", follow=True)
    assert "You have left the cohort" in text(left)
    assert "The first evening" in text(other.get("/learn/small/"))
    assert browser.get("/learn/small/dates/").status_code == 302
    assert browser.post("/courses/small/dates/00000000-0000-0000-0000-000000000000/join/").status_code == 404


def test_joining_without_a_place_in_the_course_is_told_and_changes_nothing(
    client, ada, tove, signed_in
) -> None:
    group = make.cohort(make.small(amount=1000), tove)
    join = f"/courses/small/dates/{group.uuid}/join/"
    assert "/accounts/login/" in client.post(join).url
    assert "You hold no place in this course yet" in text(signed_in(ada).post(join, follow=True))
    assert not Enrolment.objects.exists()


def test_the_classroom_names_the_session_to_come_and_none_that_is_over(ada, group, signed_in) -> None:
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    Session.objects.filter(pk=make.session(group, days=3).pk).update(
        starts_at=clock.now() - timedelta(days=2), title="Long over"
    )
    browser = signed_in(ada)
    assert "Long over" not in text(browser.get("/learn/small/"))
    make.session(group, days=5)
    assert "The first evening" in text(browser.get("/learn/small/"))


def test_the_calendar_file_knows_a_session_again_when_it_has_changed(ada, group, signed_in) -> None:
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    one, other = make.session(group, days=3), make.session(group, days=5)
    meeting = sessions.Meeting("Later", one.starts_at + timedelta(hours=2), 60, "Room 2")
    sessions.change(session_uuid=one.uuid, meeting=meeting, actor_id=None)
    sessions.cancel(session_uuid=other.uuid, actor_id=None)
    file = signed_in(ada).get("/learn/small/dates.ics")
    events = Calendar.from_ical(file.content).walk("VEVENT")
    said = [
        (str(one["uid"]), one["sequence"], str(one["status"]), str(one.get("location", ""))) for one in events
    ]
    assert said == [(str(one.uuid), 1, "CONFIRMED", "Room 2"), (str(other.uuid), 1, "CANCELLED", "")]
    assert events[0].decoded("dtstart") == meeting.starts_at.replace(microsecond=0)


def test_a_trainer_makes_a_cohort_plans_sessions_and_takes_attendance(
    ada, tove, institute, signed_in
) -> None:
    course = make.taught(make.small())
    desk, today = signed_in(tove), clock.today()
    said = {
        "course": course.pk, "title": "Autumn", "starts_on": today, "ends_on": today + timedelta(days=9),
        "joins_until": today + timedelta(days=10), "capacity": 3, "attendance": 0, "trainer": tove.pk,
    }  # fmt: skip
    refused = desk.post("/teaching/add/", said)
    assert (refused.status_code, "nothing left to join" in text(refused)) == (400, True)
    made = desk.post("/teaching/add/", said | {"joins_until": today}, follow=True)
    assert "Now plan its sessions" in text(made)
    group = Cohort.objects.get()
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    begins = clock.now() - timedelta(minutes=30)
    planned = {
        "title": "First",
        "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
        "zone": "UTC",
        "minutes": 90,
        "where": "",
    }
    desk.post(f"/teaching/{group.uuid}/sessions/add/", planned)
    one = Session.objects.get()
    page = f"/teaching/sessions/{one.uuid}/attendance/"
    assert "Ada Kamau" in text(desk.get(page))
    enrolment = Enrolment.objects.get()
    marks = {f"presence-{enrolment.pk}": "part", f"minutes-{enrolment.pk}": 90, "evidence": "A signed list"}
    assert "a part is more than none and less than all" in text(desk.post(page, marks))
    assert not Attendance.objects.exists()
    desk.post(page, marks | {f"minutes-{enrolment.pk}": 60})
    assert Attendance.objects.get().minutes == 60
    moved = desk.get(f"/teaching/sessions/{one.uuid}/")
    assert moved.url == page
    assert "Call it off" in text(desk.get(f"/teaching/{group.uuid}/change/"))
    shown = text(desk.post(f"/teaching/{group.uuid}/change/", {"cancel": "1"}, follow=True))
    assert "This cohort is called off" in shown


def test_a_trainer_sees_who_is_where_and_who_may_be_stuck(ada, tove, group, signed_in) -> None:
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    enrolment = Enrolment.objects.get()
    make.done(enrolment, "l1")
    make.open_lesson(enrolment, "l2")
    LessonRecord.objects.filter(lesson_key="l2").update(seconds=3600)
    desk = signed_in(tove)
    page = text(desk.get(f"/teaching/{group.uuid}/"))
    assert "1 of 3" in page
    assert "twice the planned time in a lesson" in page
    ada.display_name = "=cmd|' /C calc'!A0"
    ada.save()
    learners = desk.get(f"/teaching/{group.uuid}/learners.csv").content.decode()
    assert "\"'=cmd|' /C calc'!A0\"" in learners
    times = desk.get(f"/teaching/{group.uuid}/time.csv").content.decode().splitlines()
    assert times[2].split(",")[3:5] + times[2].split(",")[-2:] == ['"1.2"', '"Lesson l2"', '"30"', '"60"']


def test_the_roster_costs_the_same_for_one_and_for_many(tove, signed_in) -> None:
    group = make.cohort(make.small(), tove, capacity=9)
    counts = []
    desk = signed_in(tove)
    for names in (("ada",), ("ben", "cleo", "dag", "eve")):
        for name in names:
            cohorts.join(cohort_uuid=group.uuid, person_id=cast.person(name).pk)
        with statements() as said:
            desk.get(f"/teaching/{group.uuid}/")
        counts.append(len(said))
    assert counts[0] == counts[1]


def test_trainers_see_the_cohorts_of_their_own_organisation_alone(
    tove, ivo, group, northmoor, signed_in
) -> None:
    memberships.appoint(person_id=ivo.pk, organisation_id=northmoor.id, role="trainer", actor_id=None)
    stranger = signed_in(ivo)
    one = make.session(group)
    assert "Spring" not in text(stranger.get("/teaching/"))
    for address in ("", "change/", "learners.csv", "time.csv", "sessions/add/"):
        assert stranger.get(f"/teaching/{group.uuid}/{address}").status_code == 404
    for address in ("", "attendance/"):
        assert stranger.post(f"/teaching/sessions/{one.uuid}/{address}", {"cancel": "1"}).status_code == 404
    assert stranger.post(f"/teaching/{group.uuid}/trainers/", {"trainer": ivo.pk}).status_code == 404
    refused = signed_in(tove).post(f"/teaching/{group.uuid}/trainers/", {"trainer": ivo.pk}, follow=True)
    assert "Whoever trains here has the role" in text(refused)


def test_an_employer_sees_a_learner_while_they_allow_it(ben, cleo, northmoor, signed_in) -> None:
    make.enrolled(ben, make.small())
    manager, mine = signed_in(cleo), signed_in(ben)
    assert "Nobody shows it" in text(manager.get("/team/"))
    give = {"give": str(northmoor.id)}
    assert "From now on they see how far" in text(mine.post("/showing/", give, follow=True))
    mine.post("/showing/", give)
    assert Consent.objects.count() == 1
    shown = text(manager.get("/team/"))
    assert "Ben Okoro" in shown
    assert "not begun" in shown
    table = manager.get(f"/team/{northmoor.id}/learners.csv").content.decode()
    (row,) = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert (row["E-mail"], row["Last studied (UTC)"]) == ("ben@example.org", "")
    mine.post("/showing/", {"withdraw": str(northmoor.id)})
    assert "Ben Okoro" not in text(manager.get("/team/"))
    assert "ben@example.org" not in manager.get(f"/team/{northmoor.id}/learners.csv").content.decode()
    assert Consent.objects.get().withdrawn_at is not None


def test_consent_is_for_members_and_its_table_for_managers_alone(
    ada, ben, cleo, northmoor, signed_in
) -> None:
    with pytest.raises(consents.NotAMember):
        consents.give(person_id=ada.pk, organisation_id=northmoor.id)
    for sent in ({"give": str(northmoor.id)}, {"give": "nonsense"}, {}):
        assert signed_in(ada).post("/showing/", sent).status_code == 404
    assert signed_in(ben).get("/team/").status_code == 403
    other = memberships.found(slug="other", name="Other", employer=True)
    assert signed_in(cleo).get(f"/team/{other}/learners.csv").status_code == 404
