"""On the host of packages, a part of cmi5 gets its key once, tells what it has to, and keeps what is its learner's."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from courses.access import pass_for
from courses.actions import enrolments, study
from courses.models import CoursePage, Enrolment, LessonRecord, PackageDocument, PackageStatement, Run
from courses.queries import packages
from courses.queries.packages import origin_of
from courses.rules.packages.statements import LAUNCH_DATA, Window
from courses.states import EnrolmentState
from lms.billing.actions import products
from tests.factories import courses as make
from tests.factories import packages as make_packages

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(institute: Any) -> CoursePage:
    make.load(make.course("small", [make.module(1, [make.lesson("l1")])]))
    make_packages.imported(institute, make_packages.cmi5(), "cmi5")
    page = make_packages.published("golf")
    products.offer(key="course:golf", kind="course", title="Golf", amount_minor=0, currency="EUR")
    page.product_key = "course:golf"
    page.save(update_fields=["product_key"])
    return page


@pytest.fixture
def enrolment(course: CoursePage, ada: Any) -> Enrolment:
    return make.enrolled(ada, course)


class Unit:
    """A part as its page asks: launched, with its key, and its requests by hand."""

    def __init__(self, enrolment: Enrolment, sco: Any = None) -> None:
        self.sco = sco or make_packages.sco_of(enrolment.course)
        self.client = Client(HTTP_HOST=origin_of(self.sco).removeprefix("http://"))
        self.home = f"/packages/{pass_for(enrolment, self.sco)}/"
        begun = self.client.post(f"{self.home}begin").json()
        self.asked = {name: values[0] for name, values in parse_qs(begun["query"]).items()}
        self.fetch = urlsplit(self.asked["fetch"]).path
        self.key = self.client.post(self.fetch).json()["auth-token"]

    @property
    def window(self) -> Window:
        return packages.window(Run.objects.select_related("sco__package").get(sco=self.sco))

    def ask(
        self,
        method: str,
        address: str,
        body: Any = None,
        /,
        *,
        headers: dict[str, str] | None = None,
        **asked: str,
    ):
        sent = {"Authorization": f"Basic {self.key}", "X-Experience-API-Version": "1.0.3"} | (headers or {})
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        return self.client.generic(
            method, f"{self.home}xapi/{address}", raw, "application/json", query_params=asked, headers=sent
        )

    def tell(self, *verbs: str, **said: Any):
        return self.ask(
            "POST", "statements", [make_packages.statement(self.window, verb, **said) for verb in verbs]
        )

    def document(self, method: str, key: str = "place", body: Any = None, /, **headers: str):
        return self.ask(
            method, "activities/state", body, headers=headers,
            activityId=self.asked["activityId"], agent=self.asked["actor"], registration=self.asked["registration"], stateId=key,
        )  # fmt: skip


def test_a_part_is_launched_with_all_that_it_needs(enrolment: Enrolment, course: CoursePage) -> None:
    unit = Unit(enrolment)
    assert set(unit.asked) == {"endpoint", "fetch", "actor", "registration", "activityId"}
    assert unit.asked["endpoint"].startswith(origin_of(unit.sco))
    assert json.loads(unit.asked["actor"])["account"]["name"] == f"enrolment-{enrolment.pk}"
    said = unit.document("GET", LAUNCH_DATA).json()
    assert (said["moveOn"], said["masteryScore"], said["launchParameters"]) == (
        "CompletedAndPassed",
        0.8,
        "level=2",
    )
    assert unit.client.post(unit.fetch).json()["error-code"] == "1"
    other = Unit(enrolment)
    assert (other.asked["registration"], other.asked["activityId"]) == (
        unit.asked["registration"],
        unit.asked["activityId"],
    )
    assert unit.client.post(unit.fetch).json()["error-code"] == "1"


def test_what_it_tells_finishes_the_lesson_as_its_maker_asks(
    enrolment: Enrolment, course: CoursePage
) -> None:
    unit = Unit(enrolment)
    lesson_key = unit.sco.lesson.key
    make.open_lesson(enrolment, lesson_key)
    run, earlier = Run.objects.get(), timedelta(hours=1)
    Run.objects.update(begun_at=run.begun_at - earlier, launched_at=run.launched_at - earlier)
    then = run.launched_at - earlier
    LessonRecord.objects.update(opened_at=then, seen_at=then)
    assert unit.tell("initialized", "completed").status_code == 200
    with pytest.raises(study.PackageOpen):
        study.finish_lesson(enrolment_id=enrolment.pk, lesson_key=lesson_key)
    assert unit.tell("passed", result={"score": {"scaled": 0.9}}).status_code == 200
    assert unit.tell("terminated", result={"duration": "PT90S"}).status_code == 200
    run = Run.objects.get()
    assert (run.completion, run.success, float(run.scaled), run.session) == ("completed", "passed", 0.9, 90)
    record = LessonRecord.objects.get(enrolment=enrolment)
    assert record.done_at
    assert record.seconds == 90
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED
    standing = unit.client.get(f"{unit.home}standing").json()
    assert standing["done"] is True
    assert standing["kept"]


def test_the_same_told_again_counts_once_and_something_else_under_its_id_is_refused(
    enrolment: Enrolment,
) -> None:
    unit = Unit(enrolment)
    uuid, begun = str(uuid4()), make_packages.statement(unit.window, "initialized")
    assert unit.ask("PUT", "statements", begun, statementId=uuid).status_code == 204
    assert unit.ask("PUT", "statements", begun, statementId=uuid).status_code == 204
    other = make_packages.statement(unit.window, "completed")
    assert unit.ask("PUT", "statements", other, statementId=uuid).status_code == 409
    assert unit.ask("PUT", "statements", other, statementId="x").status_code == 400
    assert unit.ask("PUT", "statements", [begun, other], statementId=str(uuid4())).status_code == 400
    assert PackageStatement.objects.filter(by_platform=False).count() == 1
    found = unit.ask("GET", "statements", statementId=uuid).json()
    assert (found["id"], found["verb"]["id"]) == (uuid, "http://adlnet.gov/expapi/verbs/initialized")
    listed = unit.ask(
        "GET", "statements", verb="http://adlnet.gov/expapi/verbs/initialized", limit="5"
    ).json()
    assert [one["id"] for one in listed["statements"]] == [uuid]
    assert unit.ask("GET", "statements", since="2026-01-01").status_code == 400


def test_of_several_that_break_the_rules_none_holds(enrolment: Enrolment) -> None:
    unit = Unit(enrolment)
    refused = unit.tell("initialized", "completed", "completed")
    assert (refused.status_code, refused.json()["error"][-8:]) == (403, "is safe.")
    told = PackageStatement.objects.filter(by_platform=False).count()
    assert (told, Run.objects.get().completion) == (0, "")


def test_what_it_keeps_comes_back_in_the_next_window(enrolment: Enrolment) -> None:
    unit = Unit(enrolment)
    assert unit.document("GET").status_code == 404
    assert unit.document("PUT", "place", {"page": 3}).status_code == 204
    assert unit.document("POST", "place", {"seen": [1]}).status_code == 204
    later = Unit(enrolment)
    found = later.document("GET")
    assert found.json() == {"page": 3, "seen": [1]}
    assert later.document("PUT", "place", {}, **{"If-Match": '"old"'}).status_code == 409
    assert later.document("PUT", "place", {"page": 4}, **{"If-Match": found["ETag"]}).status_code == 204
    old = unit.document("PUT", "place", {"page": 1})
    assert (old.status_code, "opened since" in old.json()["error"]) == (403, True)
    assert later.document("DELETE").status_code == 204
    assert PackageDocument.objects.count() == 0
    assert later.document("PUT", LAUNCH_DATA, {}).status_code == 403


def test_a_profile_is_not_replaced_unseen(enrolment: Enrolment) -> None:
    unit = Unit(enrolment)
    asked = {"agent": unit.asked["actor"], "profileId": "cmi5LearnerPreferences"}
    assert unit.ask("GET", "agents/profile", **asked).status_code == 404
    first = unit.ask("PUT", "agents/profile", {"audioPreference": "off"}, **asked)
    assert first.status_code == 204
    assert unit.ask("PUT", "agents/profile", {}, **asked).status_code == 409
    tag = unit.ask("GET", "agents/profile", **asked)["ETag"]
    assert (
        unit.ask("PUT", "agents/profile", {}, headers={"If-Match": tag}, **asked).status_code,
        unit.ask("DELETE", "agents/profile", **asked).status_code,
    ) == (204, 204)


def test_what_no_database_can_be_asked_for_is_refused_and_a_limit_has_no_end(enrolment: Enrolment) -> None:
    unit = Unit(enrolment)
    for method in ("GET", "PUT", "DELETE"):
        assert unit.document(method, "pl\0ace", b"{}").status_code == 400
    unit.tell("initialized")
    assert len(unit.ask("GET", "statements", limit="9" * 5000).json()["statements"]) == 2


def test_limits_are_said_in_a_sentence(enrolment: Enrolment) -> None:
    unit = Unit(enrolment)
    assert unit.document("PUT", "place", b"x" * 64_001).status_code == 403
    assert unit.document("PUT", "place", b"x" * 300_001).status_code == 413
    assert unit.document("PUT", "k" * 256, {}).status_code == 400
    assert unit.document("POST", "place", [1]).status_code == 204
    assert unit.document("POST", "place", [2]).status_code == 403
    for number in range(29):
        assert unit.document("PUT", f"k{number}", {}).status_code == 204
    assert "30 documents" in unit.document("PUT", "one more", {}).json()["error"]


def test_doors_that_stay_shut(enrolment: Enrolment, client: Client, ada: Any, ben: Any) -> None:
    unit = Unit(enrolment)
    said = make_packages.statement(unit.window, "initialized")
    assert unit.ask("POST", "statements", said, headers={"Authorization": ""}).status_code == 401
    assert (
        unit.ask("POST", "statements", said, headers={"Authorization": f"Basic {unit.key}x"}).status_code
        == 401
    )
    assert unit.ask("POST", "statements", said, headers={"X-Experience-API-Version": ""}).status_code == 400
    theirs = Unit(make.enrolled(ben, enrolment.course))
    unit.key = theirs.key
    assert unit.ask("POST", "statements", said).status_code == 403
    for stranger in (json.dumps({"mbox": "mailto:ada@example.org"}), "{", "[" * 5000):
        theirs.asked["actor"] = stranger
        assert theirs.document("GET").status_code == 403
    client.force_login(ada)
    for address in ("xapi/statements", "standing"):
        assert client.get(f"{unit.home}{address}").status_code == 404  # with cookies: not here


def test_who_has_left_tells_nothing_more(enrolment: Enrolment) -> None:
    unit = Unit(enrolment)
    enrolments.withdraw(enrolment_id=enrolment.pk, actor_id=None)
    assert unit.tell("initialized").status_code == 403
    assert unit.document("PUT", "place", {}).status_code == 403
