"""Questions to the trainer, from the lesson to the desk and back."""

from uuid import uuid4

import pytest

from courses import signals
from courses.actions import cohorts
from courses.models import Enrolment, LessonPage, Question, Reply
from courses.queries import enrolments as learning
from lms.notifications.models import Notice
from lms.organisations.actions import memberships
from tests.counting import statements
from tests.courses.actions.test_enrolments import heard
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def group(ada, tove):
    group = make.cohort(make.small(), tove)
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    return group


def block(lesson: str) -> str:
    return LessonPage.objects.get(key=lesson).body[0].id


def asked(browser, **said) -> dict[str, str]:
    sent = {"uuid": str(uuid4()), "block": block("l1"), "text": "Why so?"} | said
    browser.get("/learn/small/l1/")
    for _ in range(2):
        browser.post("/learn/small/l1/question/", sent)
    return sent


def test_a_question_is_asked_answered_and_asked_further_with_a_notice_each_way(
    ada, tove, group, signed_in
) -> None:
    browser, desk = signed_in(ada), signed_in(tove)
    sent = asked(browser)
    row = Question.objects.get()
    assert (row.block, row.passage, row.revision_id is not None) == (sent["block"], "About l1 Text.", True)
    assert "Learners wait for your answer." in text(desk.get("/desk/"))
    assert "Why so?" in text(desk.get("/teaching/questions/"))
    page = f"/teaching/questions/{row.uuid}/"
    assert "As the learner had it" in text(desk.get(page))
    assert desk.post(page, {"uuid": str(uuid4()), "text": " "}).status_code == 422
    answer = {"uuid": str(uuid4()), "text": "Because of <this>."}
    (told,) = heard(signals.training_given, lambda: [desk.post(page, answer) for _ in range(2)])
    assert (told["trainer_id"], told["how"]) == (tove.pk, "answered")
    with statements() as said:
        lesson = text(browser.get("/learn/small/l1/"))
    assert len(said) <= 12
    assert lesson.index("Text.") < lesson.index("Because of &lt;this&gt;.") < lesson.index("Which, in c1?")
    browser.post(f"/learn/small/questions/{row.uuid}/", {"uuid": str(uuid4()), "text": "And then?"})
    row.refresh_from_db()
    assert (row.state, Reply.objects.count()) == ("open", 2)
    assert "And then?" in text(browser.get("/learn/small/questions/"))
    kinds = Notice.objects.filter(kind__startswith="question").order_by("pk").values_list("kind", "to")
    assert list(kinds) == [
        ("question_asked", tove.email), ("question_answered", ada.email), ("question_asked", tove.email),
    ]  # fmt: skip


def test_a_question_keeps_its_edition_and_its_words_when_the_lesson_is_edited(
    ada, tove, group, signed_in
) -> None:
    browser = signed_in(ada)
    asked(browser)
    page = LessonPage.objects.get(key="l1")
    page.body = [("text", "<p>Something else entirely, rewritten from the ground.</p>")]
    page.save_revision().publish()
    desk = text(signed_in(tove).get(f"/teaching/questions/{Question.objects.get().uuid}/"))
    assert "About l1" in desk
    assert "Something else" not in desk
    moved = text(browser.post("/learn/small/l1/newer/", follow=True))
    assert (
        moved.index("Something else") < moved.index("Ask your trainer") < moved.index("<p>About l1 Text.</p>")
    )


def test_who_learns_alone_asks_nobody_and_strangers_read_nothing(
    ada, ben, dag, ivo, northmoor, group, signed_in
) -> None:
    asked(signed_in(ada))
    uuid = Question.objects.get().uuid
    make.enrolled(ben, group.course)
    alone = signed_in(ben)
    alone.get("/learn/small/l1/")
    refused = alone.post("/learn/small/l1/question/", {"text": "Anyone?"})
    assert (refused.status_code, "Nobody trains you" in text(refused), "Anyone?" in text(refused)) == (
        422,
        True,
        True,
    )
    assert "Ask your trainer" not in text(alone.get("/learn/small/l1/"))
    assert alone.post(f"/learn/small/questions/{uuid}/", {"text": "Mine?"}).status_code == 404
    memberships.appoint(person_id=ivo.pk, organisation_id=northmoor.id, role="trainer", actor_id=None)
    stranger = signed_in(ivo)
    assert stranger.get(f"/teaching/questions/{uuid}/").status_code == 404
    assert "Why so?" not in text(stranger.get("/teaching/questions/"))
    assert signed_in(dag).get("/teaching/questions/").status_code == 403


def test_a_colleague_who_answers_has_trained_the_learner(ada, ivo, group, signed_in) -> None:
    make.appointed(ivo, "trainer", group.course)
    asked(signed_in(ada))
    uuid = Question.objects.get().uuid
    signed_in(ivo).post(f"/teaching/questions/{uuid}/", {"uuid": str(uuid4()), "text": "So it is."})
    assert ivo.pk in learning.who_trained(ada.pk)
    assert Enrolment.objects.get(person=ada).trainer_id != ivo.pk
