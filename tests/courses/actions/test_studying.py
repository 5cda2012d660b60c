"""Editions pinned, time counted, checks asked again, notes kept."""

from datetime import timedelta
from uuid import uuid4

import pytest

from courses.actions import notes, repetitions, study
from courses.models import CheckAnswer, LessonPage, LessonRecord, Note, Repetition
from courses.queries import lessons, outlines, reading
from courses.queries import notes as kept
from courses.queries import repetitions as asked
from courses.rules.checks import NothingChosen
from lms.db import clock
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(ada):
    return make.enrolled(ada, make.small())


def opened(enrolment, key: str = "l1") -> LessonRecord:
    make.open_lesson(enrolment, key)
    return LessonRecord.objects.get(enrolment=enrolment, lesson_key=key)


def rewritten(key: str = "l1", words: str = "Rewritten.") -> None:
    page = LessonPage.objects.get(key=key)
    body = [block for block in page.body.raw_data if block["type"] == "text"]
    page.body = [(block["type"], f"<p>{words}</p>") for block in body]
    page.save_revision().publish()


def test_a_learner_reads_the_edition_they_began_and_its_checks_until_they_move_on(enrolment) -> None:
    opened(enrolment)
    rewritten()
    outline = outlines.outline(enrolment.course)
    mine = reading.lesson(enrolment, outline, "l1")
    assert mine and "About l1" in mine.parts[0].html
    assert study.answer_check(
        enrolment_id=enrolment.pk,
        lesson_key="l1",
        check_key="c1",
        chosen=[make.option("l1", "c1", make.RIGHT)],
    )
    study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l1")
    done_at = LessonRecord.objects.get(enrolment=enrolment, lesson_key="l1").done_at
    study.move_on(enrolment_id=enrolment.pk, lesson_key="l1")
    now = reading.lesson(enrolment, outline, "l1")
    assert now and now.parts[0].html == "<p>Rewritten.</p>"
    assert LessonRecord.objects.get(enrolment=enrolment, lesson_key="l1").done_at == done_at


def test_publishing_the_same_words_again_is_no_newer_edition(enrolment) -> None:
    opened(enrolment)
    page = LessonPage.objects.get(key="l1")
    page.title = "Another title"
    page.save_revision().publish()
    read = lessons.editions(page.pk, enrolment.pk)
    assert read is not None
    assert (read.newer, read.today.title) == (None, "Another title")


def test_time_is_never_more_than_the_clock_says(enrolment) -> None:
    opened(enrolment)
    with clock.shifted(minutes=90):
        assert study.count_time(enrolment_id=enrolment.pk, lesson_key="l1", seconds=60)
        assert not study.count_time(enrolment_id=enrolment.pk, lesson_key="l1", seconds=60)
    with clock.shifted(minutes=100):
        assert study.count_time(enrolment_id=enrolment.pk, lesson_key="l1", seconds=3600)
    assert 660 <= LessonRecord.objects.get(enrolment=enrolment).seconds < 720
    assert not study.count_time(enrolment_id=enrolment.pk, lesson_key="l2", seconds=5)


def test_a_missed_check_is_asked_again_until_it_is_learned(enrolment) -> None:
    right, wrong = ([make.option("l1", "c1", which)] for which in (make.RIGHT, make.WRONG))
    check = {"enrolment_id": enrolment.pk, "lesson_key": "l1", "check_key": "c1"}
    outline = outlines.outline(enrolment.course)
    study.answer_check(**check, chosen=wrong)
    study.answer_check(**check, chosen=right)
    assert asked.next_due(enrolment, outline, clock.today()) is None
    for days, box in ((1, 2), (4, 3), (11, 4), (27, 5)):
        with clock.shifted(days=days):
            found = asked.next_due(enrolment, outline, clock.today())
            assert found and found.check.key == "c1"
            with pytest.raises(NothingChosen):
                repetitions.answer(**check, chosen=[])
            assert repetitions.answer(**check, chosen=right)
            with pytest.raises(repetitions.NotDue):
                repetitions.answer(**check, chosen=right)
        assert Repetition.objects.get().box == box
    with clock.shifted(days=62):
        assert repetitions.answer(**check, chosen=right)
    assert asked.waiting(enrolment.pk, clock.today()) == asked.Waiting(0, None, 1)
    # The lesson keeps the answer that was given there.
    assert CheckAnswer.objects.get().tries == 2
    study.answer_check(**check, chosen=wrong)
    assert asked.waiting(enrolment.pk, clock.today()).next_on == clock.today() + timedelta(days=1)


def test_a_check_that_its_lesson_has_no_longer_is_not_asked(enrolment) -> None:
    study.answer_check(
        enrolment_id=enrolment.pk,
        lesson_key="l1",
        check_key="c1",
        chosen=[make.option("l1", "c1", make.WRONG)],
    )
    rewritten()
    with clock.shifted(days=1):
        assert asked.next_due(enrolment, outlines.outline(enrolment.course), clock.today()) is None


def note(enrolment, **said) -> Note:
    given = {"uuid": uuid4(), "lesson_key": "l1", "place": "about-l1", "quote": "", "text": "Mine."}
    return notes.write(enrolment_id=enrolment.pk, **given | said)


def test_a_note_sent_twice_is_one_with_the_latest_words(enrolment, eve) -> None:
    first = note(enrolment, quote=" A \n passage ")
    note(enrolment, uuid=first.uuid, text="Mine, changed.")
    assert [(n.quote, n.text) for n in Note.objects.all()] == [("A passage", "Mine, changed.")]
    # Nobody reaches another's note by its id.
    theirs = note(make.enrolled(eve, enrolment.course), uuid=first.uuid, text="Theirs.")
    assert theirs.uuid != first.uuid
    assert Note.objects.get(uuid=first.uuid).text == "Mine, changed."


def test_a_note_that_cannot_be_kept_says_why(enrolment) -> None:
    for fault, said in (
        (notes.SaysNothing, {"text": "  "}),
        (notes.TooLong, {"text": "x" * (notes.TEXT + 1)}),
        (notes.TooLong, {"quote": "x" * (notes.QUOTE + 1)}),
        (study.UnknownLesson, {"lesson_key": "none"}),
    ):
        with pytest.raises(fault):
            note(enrolment, **said)
    assert not Note.objects.exists()
    assert note(enrolment, place="<b>").place == ""


def test_notes_stand_in_the_order_of_the_course_and_are_found_by_their_words(enrolment) -> None:
    note(enrolment, lesson_key="l2", text="Second lesson, about Scope.")
    note(enrolment, text="First lesson.", quote="the scope of it")
    opened(enrolment)
    study.bookmark(enrolment_id=enrolment.pk, lesson_key="l1", wanted=True)
    outline = outlines.outline(enrolment.course)
    everything = kept.in_course(enrolment, outline)
    assert [(n.entry and n.entry.key, n.bookmarked, len(n.notes)) for n in everything] == [
        ("l1", True, 1),
        ("l2", False, 1),
    ]
    assert [n.entry.key for n in kept.in_course(enrolment, outline, "SCOPE lesson") if n.entry] == [
        "l1",
        "l2",
    ]
    assert not kept.in_course(enrolment, outline, "scope nowhere")
    said = kept.as_markdown(outline, everything)
    assert said.index("(bookmarked)") < said.index("> the scope of it") < said.index("about Scope.")
    LessonPage.objects.get(key="l2").unpublish()
    assert kept.in_course(enrolment, outlines.outline(enrolment.course))[-1].entry is None
