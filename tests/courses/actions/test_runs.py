"""Packages that run: what they tell is kept for the enrolled, once, and as far as the clock allows."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from courses.access import pass_for
from courses.actions import enrolments, runs, study
from courses.models import CoursePage, Enrolment, LessonRecord, Run, Sco
from courses.queries import packages
from courses.queries.packages import origin_of
from courses.rules.packages import tracking
from courses.rules.packages.manifest import Standard
from courses.states import EnrolmentState
from lms.billing.actions import products
from lms.billing.models import Redemption
from tests import cast
from tests.factories import courses as make
from tests.factories import packages as make_packages

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[Standard.SCORM_12, Standard.SCORM_2004])
def course(request: pytest.FixtureRequest, institute: Any) -> CoursePage:
    make.load(make.course("small", [make.module(1, [make.lesson("l1")])]))
    make_packages.imported(institute, make_packages.scorm(request.param))
    page = make_packages.published("golf")
    products.offer(key="course:golf", kind="course", title="Golf", amount_minor=0, currency="EUR")
    page.product_key = "course:golf"
    page.save(update_fields=["product_key"])
    return page


@pytest.fixture
def enrolment(course: CoursePage, ada: Any) -> Enrolment:
    return make.enrolled(ada, course)


def cmi(standard: str, *, suspended: str = "7", status: str = "incomplete", time: int = 0) -> dict[str, Any]:
    if standard == Standard.SCORM_12:
        core = {
            "lesson_status": status,
            "session_time": f"00:00:{time:02d}",
            "score": {"raw": "80"},
            "exit": "suspend",
        }
        return {"cmi": {"core": core, "suspend_data": suspended}}
    return {
        "cmi": {
            "completion_status": status, "session_time": f"PT{time}S", "score": {"scaled": "0.8"},
            "suspend_data": suspended, "exit": "suspend", "interactions": {"0": {"id": "i1", "objectives": {}}},
        }
    }  # fmt: skip


def said(sco: Sco, launch: int, seq: int, **facts: Any) -> tracking.Commit:
    body = json.dumps({"launch": launch, "seq": seq, "cmi": cmi(sco.package.standard, **facts)})
    return tracking.read(body.encode(), sco.package.standard)


def test_what_was_suspended_comes_back_in_the_next_window(course: CoursePage, enrolment: Enrolment) -> None:
    sco = make_packages.sco_of(course)
    first = runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    assert runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, first.launch, 1))
    again = runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk).cmi["cmi"]
    assert again["suspend_data"] == "7"
    assert again.get("entry", again.get("core", {}).get("entry")) == "resume"


def test_who_runs_a_package_has_begun_the_use_of_their_place(
    enrolment: Enrolment, course: CoursePage
) -> None:
    assert Redemption.objects.get().begun_at is None
    runs.begin(enrolment_id=enrolment.pk, sco_id=make_packages.sco_of(course).pk)
    assert Redemption.objects.get().begun_at is not None


def test_the_same_number_counts_once(course: CoursePage, enrolment: Enrolment) -> None:
    sco = make_packages.sco_of(course)
    runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    assert runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, 1, 2, suspended="later"))
    assert not runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, 1, 2, suspended="again"))
    assert not runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, 1, 1, suspended="earlier"))
    assert Run.objects.get().suspend_data == "later"


def test_an_older_window_keeps_nothing_any_more(course: CoursePage, enrolment: Enrolment) -> None:
    sco = make_packages.sco_of(course)
    runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    with pytest.raises(runs.Elsewhere):
        runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, 1, 9))


def test_time_counts_no_faster_than_the_clock(course: CoursePage, enrolment: Enrolment) -> None:
    sco = make_packages.sco_of(course)
    runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, 1, 1, time=59))
    assert Run.objects.get().session < 30
    run = Run.objects.get()
    earlier = timedelta(hours=1)
    Run.objects.update(begun_at=run.begun_at - earlier, launched_at=run.launched_at - earlier)
    runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, 1, 2, time=59))
    assert Run.objects.get().session == 59
    assert runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    assert (Run.objects.get().seconds, Run.objects.get().session) == (59, 0)


def test_the_lesson_is_done_when_its_package_says_so_and_not_before(
    course: CoursePage, enrolment: Enrolment
) -> None:
    sco = make_packages.sco_of(course)
    assert sco.lesson is not None
    with pytest.raises(study.PackageOpen):
        study.finish_lesson(enrolment_id=enrolment.pk, lesson_key=sco.lesson.key)
    runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, 1, 1, status="completed"))
    assert LessonRecord.objects.get(enrolment=enrolment).done_at
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED


def test_who_has_left_keeps_nothing(course: CoursePage, enrolment: Enrolment) -> None:
    sco = make_packages.sco_of(course)
    runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    enrolments.withdraw(enrolment_id=enrolment.pk, actor_id=None)
    with pytest.raises(study.NotStudying):
        runs.keep(enrolment_id=enrolment.pk, sco_id=sco.pk, said=said(sco, 1, 1))


def test_a_newer_package_waits_until_its_learner_moves_on(
    course: CoursePage, enrolment: Enrolment, institute: Any
) -> None:
    sco = make_packages.sco_of(course)
    standard = Standard(sco.package.standard)
    runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk)
    assert make_packages.imported(institute, make_packages.scorm(standard)).packages == 0
    newer = make_packages.imported(institute, make_packages.scorm(standard, more=b"A newer file."))
    assert (newer.imported, newer.packages) == (0, 1)
    assert sco.lesson_id is not None
    assert packages.sco(sco.lesson_id, enrolment.pk) == sco
    assert packages.newer(sco.lesson_id, sco)
    runs.move_on(enrolment_id=enrolment.pk, page_id=sco.lesson_id)
    mine = packages.sco(sco.lesson_id, enrolment.pk)
    assert mine is not None
    assert mine.pk > sco.pk
    assert Run.objects.count() == 2


# --- on the host of packages -----------------------------------------------------------------------


@pytest.fixture
def apart(course: CoursePage) -> Client:
    return Client(HTTP_HOST=origin_of(make_packages.sco_of(course)).removeprefix("http://"))


def test_a_package_runs_apart_without_cookies(
    apart: Client, course: CoursePage, enrolment: Enrolment
) -> None:
    token = pass_for(enrolment, make_packages.sco_of(course))
    for address in (f"/packages/{token}/", f"/packages/{token}/files/index.html"):
        answer = apart.get(address)
        assert (answer.status_code, b"".join(answer)[:15].lower()) == (200, b"<!doctype html>")
        assert not answer.cookies
        assert answer["Content-Security-Policy"].startswith("sandbox allow-scripts")
        assert answer["Referrer-Policy"] == "no-referrer"
    begun = apart.post(f"/packages/{token}/begin")
    assert begun.json()["launch"] == 1
    body = {"launch": 1, "seq": 1, "cmi": cmi(make_packages.sco_of(course).package.standard)}
    kept = apart.post(f"/packages/{token}/keep", json.dumps(body), content_type="application/json")
    assert kept.json() == {"result": "true", "errorCode": 0, "kept": True, "done": False}


BODIES = [
        b"", b"[]", b"{", b'{"launch": 1, "seq": 1, "cmi": []}', b'{"launch": 1, "seq": 0, "cmi": {"cmi": {}}}',
        b'{"launch": true, "seq": 1, "cmi": {"cmi": {}}}', b'{"launch": 1, "seq": 1, "cmi": {"cmi": {"a": NaN}}}',
        b'{"launch": 1, "seq": 1, "cmi": {"cmi": {"suspend_data": "\\u0000"}}}',
        b'{"launch": 1, "seq": 1, "cmi": {"cmi": {"suspend_data": "\\ud800"}}}',
        b'{"launch": 1, "seq": 1, "cmi": {"cmi": ' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}}",
        b'{"launch": 1, "seq": 1, "cmi": {"cmi": {"suspend_data": "' + b"x" * 70_000 + b'"}}}',
        b"[" * 100_000, b"x" * 310_000,
]  # fmt: skip


def test_what_can_t_be_kept_is_refused_with_a_sentence(
    apart: Client, course: CoursePage, enrolment: Enrolment
) -> None:
    token = pass_for(enrolment, make_packages.sco_of(course))
    apart.post(f"/packages/{token}/begin")
    for body in BODIES:
        answer = apart.post(f"/packages/{token}/keep", body, content_type="application/json")
        assert answer.status_code in (413, 422), body[:60]
        assert answer.json()["says"].endswith("is safe.")
    assert Run.objects.get().seq == 0


def test_doors_that_stay_shut(
    apart: Client, course: CoursePage, enrolment: Enrolment, client: Client, ada: Any
) -> None:
    token = pass_for(enrolment, make_packages.sco_of(course))
    client.force_login(ada)
    assert client.get(f"/packages/{token}/").status_code == 404  # with cookies: not here
    assert apart.get(f"/packages/{token[:-2]}xx/").status_code == 403
    assert apart.get(f"/packages/{token}/files/../../secret").status_code == 404
    assert apart.get(f"/packages/{token}/files/imsmanifest.xml/x").status_code == 404
    for address in ("/", "/desk/", "/accounts/login/", "/api/v1/docs", "/learn/golf/", "/admin/"):
        assert apart.get(address).status_code == 404
    other = Client(HTTP_HOST="another.packages.localhost:8000")
    assert other.get(f"/packages/{token}/").status_code == 404


def test_the_page_around_it_is_for_the_enrolled(
    course: CoursePage, enrolment: Enrolment, client: Client, ada: Any
) -> None:
    sco = make_packages.sco_of(course)
    assert sco.lesson is not None
    address = f"/learn/golf/{sco.lesson.key}/package/"
    assert client.get(address).status_code == 302
    client.force_login(cast.person("dag"))
    assert client.get(address).status_code == 302
    client.force_login(ada)
    answer = client.get(address)
    assert f"frame-src {origin_of(sco)}" in answer["Content-Security-Policy"]
    assert "sandbox=" in answer.content.decode()
    assert "Open “" in client.get(f"/learn/golf/{sco.lesson.key}/").content.decode()
    refused = client.post(f"/learn/golf/{sco.lesson.key}/done/")
    assert refused.status_code == 422
    assert "says itself when it is done" in refused.content.decode()
