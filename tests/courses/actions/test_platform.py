"""What the platform itself says of a package of cmi5: that a part was launched, abandoned, and what is satisfied by it."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from courses.actions import enrolments, runs, telling
from courses.models import CoursePage, Enrolment, PackageStatement, Run, Sco
from courses.queries import packages
from courses.rules.packages import platform, statements
from lms.billing.actions import products
from tests.factories import courses as make
from tests.factories import packages as make_packages

pytestmark = pytest.mark.django_db


def installed(organisation: Any, **said: Any) -> CoursePage:
    make.load(make.course("small", [make.module(1, [make.lesson("l1")])]))
    make_packages.imported(organisation, make_packages.cmi5(**said), "cmi5")
    page = make_packages.published("golf")
    products.offer(key="course:golf", kind="course", title="Golf", amount_minor=0, currency="EUR")
    page.product_key = "course:golf"
    page.save(update_fields=["product_key"])
    return page


def opened(enrolment: Enrolment, sco: Sco) -> int:
    return runs.begin(enrolment_id=enrolment.pk, sco_id=sco.pk).launch


def tell(enrolment: Enrolment, sco: Sco, launch: int, *verbs: str) -> None:
    window = packages.window(Run.objects.select_related("sco__package").get(sco=sco, enrolment=enrolment))
    said = statements.read(json.dumps([make_packages.statement(window, verb) for verb in verbs]).encode())
    telling.tell(enrolment_id=enrolment.pk, sco_id=sco.pk, launch=launch, said=said)


def said_by_platform(verb: str) -> list[dict[str, Any]]:
    return list(PackageStatement.objects.filter(by_platform=True, verb=verb).values_list("body", flat=True))


def done(enrolment: Enrolment, sco: Sco) -> None:
    tell(enrolment, sco, opened(enrolment, sco), "initialized", "completed", "passed", "terminated")


def made_earlier(hours: int) -> None:
    for run in Run.objects.all():
        then = timedelta(hours=hours)
        kept = run.kept_at - then if run.kept_at else None
        Run.objects.filter(pk=run.pk).update(
            begun_at=run.begun_at - then, launched_at=run.launched_at - then, kept_at=kept
        )
        for row in run.statements.all():
            PackageStatement.objects.filter(pk=row.pk).update(at=row.at - then)


def test_a_launch_is_said_before_anything_is_told(institute: Any, ada: Any) -> None:
    enrolment = make.enrolled(ada, installed(institute))
    sco = Sco.objects.get()
    opened(enrolment, sco)
    (body,) = said_by_platform(platform.LAUNCHED)
    window = packages.window(Run.objects.select_related("sco__package").get())
    assert (body["actor"], body["object"]["id"]) == (window.actor, window.activity)
    context = body["context"]
    assert context["registration"] == window.registration
    assert context["contextActivities"]["grouping"][0]["id"] == "https://maker.example/golf/1"
    assert [one["id"] for one in context["contextActivities"]["category"]] == [statements.CMI5]
    said = {name.rpartition("/")[2]: value for name, value in context["extensions"].items()}
    assert said == {
        "sessionid": window.session,
        "launchmode": "Normal",
        "launchurl": packages.launched_at(sco),
        "moveon": "CompletedAndPassed",
        "masteryscore": 0.8,
        "launchparameters": "level=2",
    }
    assert body["timestamp"].endswith("+00:00")
    opened(enrolment, sco)
    assert (
        len({one["context"]["extensions"][statements.SESSION] for one in said_by_platform(platform.LAUNCHED)})
        == 2
    )


def test_a_block_and_the_course_are_satisfied_once(institute: Any, ada: Any, ben: Any) -> None:
    course = installed(institute, parts=3, block=2)
    enrolment, one, two, three = make.enrolled(ada, course), *Sco.objects.order_by("pk")
    done(enrolment, one)
    assert said_by_platform(platform.SATISFIED) == []
    done(enrolment, two)
    (block,) = said_by_platform(platform.SATISFIED)
    assert block["object"]["definition"] == {
        "name": {"und": "The swing"},
        "type": "https://w3id.org/xapi/cmi5/activitytype/block",
    }
    assert block["context"]["contextActivities"]["grouping"][0]["id"] == "https://maker.example/golf/block"
    assert "result" not in block
    assert (
        block["context"]["extensions"][statements.SESSION] == Run.objects.get(sco=two).cmi["session"]
    )  # of the session by which it was
    done(enrolment, three)
    tell(enrolment, three, opened(enrolment, three), "initialized", "terminated")
    kinds = [
        one["object"]["definition"]["type"].rpartition("/")[2] for one in said_by_platform(platform.SATISFIED)
    ]
    assert kinds == ["block", "course"]
    ids = {one["object"]["id"] for one in said_by_platform(platform.SATISFIED)}
    assert len(ids) == 2
    assert not ids & {"https://maker.example/golf", "https://maker.example/golf/block"}
    theirs = make.enrolled(ben, course)
    for sco in (one, two, three):
        done(theirs, sco)
    assert len(said_by_platform(platform.SATISFIED)) == 4


def test_what_asks_for_nothing_is_satisfied_with_the_first_window(institute: Any, ada: Any) -> None:
    enrolment = make.enrolled(ada, installed(institute, parts=2, block=1, move_on="NotApplicable"))
    sco = Sco.objects.order_by("pk")[0]
    opened(enrolment, sco)
    found = said_by_platform(platform.SATISFIED)
    assert [one["object"]["definition"]["name"]["und"] for one in found] == ["The swing", "Golf"]
    session = Run.objects.get().cmi["session"]
    assert all(one["context"]["extensions"][statements.SESSION] != session for one in found)
    opened(enrolment, sco)
    assert len(said_by_platform(platform.SATISFIED)) == 2


def test_a_session_that_did_not_end_is_abandoned_by_the_next_launch(institute: Any, ada: Any) -> None:
    enrolment = make.enrolled(ada, installed(institute, parts=2))
    one, two = Sco.objects.order_by("pk")
    first = opened(enrolment, one)
    tell(enrolment, one, first, "initialized")
    PackageStatement.objects.filter(by_platform=False).update(
        at=Run.objects.get().launched_at + timedelta(seconds=75)
    )
    made_earlier(1)
    session = Run.objects.get().cmi["session"]
    opened(enrolment, two)
    (body,) = said_by_platform(platform.ABANDONED)
    assert body["result"] == {"duration": "PT75S"}
    assert body["context"]["extensions"][statements.SESSION] == session
    assert Run.objects.get(sco=one).session == 75
    with pytest.raises(runs.Elsewhere):
        tell(enrolment, one, first, "completed")
    with pytest.raises(runs.Elsewhere):
        telling.write(
            enrolment_id=enrolment.pk,
            sco_id=one.pk,
            launch=first,
            kind="state",
            key="k",
            media_type="",
            content=b"1",
        )
    again = opened(enrolment, one)
    assert len(said_by_platform(platform.ABANDONED)) == 2  # that of the second part, which was open
    tell(enrolment, one, again, "initialized", "terminated")
    opened(enrolment, one)
    assert len(said_by_platform(platform.ABANDONED)) == 2


def test_a_session_that_was_left_is_abandoned_after_half_a_day(institute: Any, ada: Any, ben: Any) -> None:
    course = installed(institute)
    sco = Sco.objects.get()
    for person in (ada, ben):
        opened(make.enrolled(person, course), sco)
    enrolments.withdraw(enrolment_id=Enrolment.objects.get(person=ben).pk, actor_id=None)
    assert runs.abandon_left() == 0
    made_earlier(13)
    assert runs.abandon_left() == 2
    assert [one["result"] for one in said_by_platform(platform.ABANDONED)] == [{"duration": "PT0S"}] * 2
    assert runs.abandon_left() == 0


def test_a_part_may_read_what_was_said_of_it_and_not_say_it(institute: Any, ada: Any) -> None:
    enrolment = make.enrolled(ada, installed(institute))
    sco = Sco.objects.get()
    launch = opened(enrolment, sco)
    window = packages.window(Run.objects.select_related("sco__package").get())
    said = make_packages.statement(window, "initialized") | {
        "id": str(uuid4()),
        "verb": {"id": platform.SATISFIED},
    }
    with pytest.raises(statements.AgainstTheRules, match="for the platform to say"):
        telling.tell(
            enrolment_id=enrolment.pk,
            sco_id=sco.pk,
            launch=launch,
            said=statements.read(json.dumps(said).encode()),
        )
    assert [row.verb for row in packages.statements(Run.objects.get().pk)] == [platform.LAUNCHED]
