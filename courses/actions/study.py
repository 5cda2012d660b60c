"""Studying: lessons opened, places kept, checks answered, lessons finished."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from courses import signals
from courses.actions import enrolments
from courses.models import CheckAnswer, Enrolment, LessonRecord, Repetition, languages
from courses.queries import cohorts, lessons, outlines, packages, reading, requirements
from courses.queries import enrolments as records
from courses.rules import checks, repetition
from courses.rules.lessons import Lesson
from courses.rules.outlines import Outline
from courses.states import EnrolmentState
from lms.audit import trail
from lms.db import clock

PLACE = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")


class NotStudying(Exception):
    """The enrolment has been withdrawn."""


class UnknownLesson(LookupError):
    """The course has no published lesson with that key."""


class UnknownLanguage(LookupError):
    """Lessons are not translated into that language here."""


class UnknownCheck(LookupError):
    """The lesson has no check with that key."""


class ChecksOpen(Exception):
    """Checks of the lesson are not answered yet. Carries `count`."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class PackageOpen(Exception):
    """The package that the lesson runs does not say yet that its learner is done."""


def open_lesson(
    *,
    enrolment: Enrolment,
    lesson_key: str,
    known: Mapping[str, LessonRecord],
    revision_id: int | None,
    translation_id: int | None = None,
) -> None:
    """Notes that a learner has opened a lesson, which becomes the one to go on with.

    `known` are the learner's records as they were just read, `revision_id` is the edition that is
    published: with the first opening it is theirs until they move on. `translation_id` is the same of a
    translation that they have not begun. The first lesson opened begins the use of their place in the course; raises NotStudying where that was given back. No statement when it was the last one opened, two at most.
    """
    at = clock.now()
    latest = max(known.values(), key=lambda record: record.seen_at, default=None)
    begun = {"translation_id": translation_id} if translation_id else {}
    if latest is not None and latest.lesson_key == lesson_key and not begun:
        return
    with transaction.atomic():
        if lesson_key in known:
            LessonRecord.objects.filter(pk=known[lesson_key].pk).update(seen_at=at, **begun)
            return
        row = LessonRecord(
            enrolment=enrolment,
            lesson_key=lesson_key,
            opened_at=at,
            seen_at=at,
            revision_id=revision_id,
            **begun,
        )
        # Two windows may open it at once; the first one's row stands.
        LessonRecord.objects.bulk_create([row], ignore_conflicts=True)
        if not known:
            take_up(enrolment, at=at)


def take_up(enrolment: Enrolment, *, at: datetime) -> None:
    """Notes that a learner has something of the course, in the caller's transaction: an answer, a lesson done, a package.
    Whichever comes first begins the use of their place: what somebody has had can't be given back. One statement. Raises
    NotStudying, after which the caller's transaction can only be undone."""
    try:
        enrolments.take_up(course_key=enrolment.course.key, person_id=enrolment.person_id, at=at)
    except enrolments.NotPaid:
        # Refunded this moment: the enrolment is about to end, and what the caller did is undone.
        raise NotStudying(enrolment.pk) from None


def take_sheet(*, enrolment: Enrolment) -> None:
    """The same, of what is read without a lesson being opened. Raises NotStudying."""
    with transaction.atomic():
        take_up(enrolment, at=clock.now())


def keep_place(*, enrolment_id: int, lesson_key: str, place: str) -> bool:
    """Keeps the anchor where a learner stopped in a lesson they have opened. One statement.

    Returns whether it was kept: not for an anchor that no lesson could have.
    """
    if not PLACE.match(place):
        return False
    mine = LessonRecord.objects.filter(enrolment_id=enrolment_id, lesson_key=lesson_key)
    return bool(mine.update(place=place))


def count_time(*, enrolment_id: int, lesson_key: str, seconds: int) -> bool:
    """Adds time spent in a lesson they have opened, as the page counted it, pauses left out.

    Never more than has passed since the lesson was last opened or time was last counted, so that two
    windows, or a page that lies, count no more than the clock. Returns whether any was added.
    """
    at = clock.now()
    with transaction.atomic():
        mine = LessonRecord.objects.select_for_update()
        record = mine.filter(enrolment_id=enrolment_id, lesson_key=lesson_key).first()
        if record is None or seconds <= 0:
            return False
        since = max(filter(None, (record.seen_at, record.told_at)))
        passed = min(timedelta(seconds=seconds), at - since)
        if passed < timedelta(seconds=1):
            return False
        record.seconds += int(passed.total_seconds())
        record.told_at = at
        record.save(update_fields=["seconds", "told_at"])
    return True


def bookmark(*, enrolment_id: int, lesson_key: str, wanted: bool) -> None:
    """Puts a bookmark into a lesson they have opened, or takes it out. Again, it changes nothing.

    Raises UnknownLesson where they have opened none.
    """
    mine = LessonRecord.objects.filter(enrolment_id=enrolment_id, lesson_key=lesson_key)
    if not mine.exists():
        raise UnknownLesson(lesson_key)
    mine.filter(bookmarked_at__isnull=wanted).update(bookmarked_at=clock.now() if wanted else None)


def move_on(*, enrolment_id: int, lesson_key: str) -> None:
    """Gives a learner the edition of a lesson that is published today in place of the one they began.

    What they did in it stays: a lesson that is done is done. Raises UnknownLesson or NotStudying.
    """
    with transaction.atomic():
        enrolment = studying(enrolment_id)
        entry = outlines.outline(enrolment.course).lesson(lesson_key)
        found = lessons.editions(entry.page_id, enrolment.pk, enrolment.language) if entry else None
        if found is None:
            raise UnknownLesson(lesson_key)
        mine = LessonRecord.objects.filter(enrolment=enrolment, lesson_key=lesson_key)
        newest = {"translation_id": found.translation} if found.language else {}
        mine.update(revision_id=found.revision, **newest)


def read_in(*, enrolment_id: int, language: str) -> None:
    """Gives a learner the lessons in a language, as far as they are translated; nothing stands for the original's. What
    they did in a lesson is done in every language. Raises UnknownLanguage or NotStudying."""
    if language and language not in languages.TRANSLATED:
        raise UnknownLanguage(language)
    with transaction.atomic():
        enrolment = studying(enrolment_id)
        enrolment.language = language
        enrolment.save(update_fields=["language"])


def answer_check(*, enrolment_id: int, lesson_key: str, check_key: str, chosen: Collection[str]) -> bool:
    """Marks an answer to a check, keeps it in place of an earlier one, and returns whether it is right.

    A check that was missed will be asked again (see `courses.actions.repetitions`).
    Raises UnknownLesson, UnknownCheck, NotStudying, and of the rules NothingChosen, UnknownOption or
    TooManyChosen.
    """
    at = clock.now()
    with transaction.atomic():
        enrolment = studying(enrolment_id)
        check = _lesson(enrolment, outlines.outline(enrolment.course), lesson_key).check(check_key)
        if check is None:
            raise UnknownCheck(check_key)
        right = checks.mark(check, chosen)
        picked = [option.id for option in check.options if option.id in chosen]
        mine = CheckAnswer.objects.filter(enrolment=enrolment, lesson_key=lesson_key, check_key=check_key)
        before = mine.first()
        if before is None:
            take_up(enrolment, at=at)
            CheckAnswer.objects.create(
                enrolment=enrolment,
                lesson_key=lesson_key,
                check_key=check_key,
                chosen=picked,
                right=right,
                answered_at=at,
            )
        elif before.chosen != picked:
            # The same answer sent twice is one answer.
            mine.update(chosen=picked, right=right, answered_at=at, tries=before.tries + 1)
        if not right:
            step = repetition.missed(at.date())
            Repetition.objects.update_or_create(
                enrolment=enrolment,
                lesson_key=lesson_key,
                check_key=check_key,
                defaults={"box": step.box, "due_on": step.due_on, "asked_at": at},
            )
    return right


def finish_lesson(*, enrolment_id: int, lesson_key: str) -> None:
    """Finishes a lesson whose checks are all answered; with the last of a whole course, completes the course.

    Leaves a trail entry and announces `lesson_finished`. Called again it changes nothing. Raises
    ChecksOpen, PackageOpen, UnknownLesson or NotStudying.
    """
    at = clock.now()
    with transaction.atomic():
        enrolment = studying(enrolment_id)
        outline = outlines.outline(enrolment.course)
        asked = {check.key for check in _lesson(enrolment, outline, lesson_key).checks}
        mine = LessonRecord.objects.filter(enrolment=enrolment, lesson_key=lesson_key)
        if mine.filter(done_at__isnull=False).exists():
            return
        answered = CheckAnswer.objects.filter(enrolment=enrolment, lesson_key=lesson_key)
        left = asked - set(answered.values_list("check_key", flat=True))
        if left:
            raise ChecksOpen(len(left))
        entry = outline.lesson(lesson_key)
        if entry and packages.is_open(entry.page_id, enrolment.pk):
            raise PackageOpen(lesson_key)
        take_up(enrolment, at=at)
        if not mine.update(done_at=at):
            LessonRecord.objects.create(
                enrolment=enrolment, lesson_key=lesson_key, opened_at=at, seen_at=at, done_at=at
            )
        _tell(enrolment, lesson_key, at)
        done = records.progress(outline, records.records(enrolment.pk))
        if not done.complete or enrolment.state != EnrolmentState.ENROLLED:
            return
        if requirements.unmet(enrolment.course_id, enrolment.person_id) or cohorts.is_open(enrolment.pk):
            return
        enrolments.complete(enrolment_id=enrolment.pk)


def studying(enrolment_id: int) -> Enrolment:
    """The enrolment, locked until the transaction ends. Raises NotStudying when it was withdrawn."""
    row = Enrolment.objects.select_for_update(of=("self",)).select_related("course").get(pk=enrolment_id)
    if row.state == EnrolmentState.WITHDRAWN:
        raise NotStudying(enrolment_id)
    return row


def _lesson(enrolment: Enrolment, outline: Outline, key: str) -> Lesson:
    found = reading.lesson(enrolment, outline, key)
    if found is None:
        raise UnknownLesson(key)
    return found


def _tell(enrolment: Enrolment, lesson_key: str, at: datetime) -> None:
    trail.record(
        "courses.lesson.finished",
        subject=f"courses.enrolment:{enrolment.pk}",
        at=at,
        actor_id=enrolment.person_id,
        organisation_id=enrolment.course.organisation_id,
        facts={"course": enrolment.course.key, "lesson": lesson_key},
    )
    signals.lesson_finished.announce(
        enrolment_id=enrolment.pk,
        person_id=enrolment.person_id,
        course_key=enrolment.course.key,
        lesson_key=lesson_key,
        at=at,
    )
