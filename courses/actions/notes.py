"""What a learner writes beside a lesson. Nobody else reads it, so it leaves no trail."""

from uuid import UUID, uuid4

from django.db import transaction

from courses.actions import study
from courses.actions.study import PLACE
from courses.models import Note
from courses.queries import outlines
from lms.db import clock

QUOTE, TEXT, NOTES = 500, 5000, 2000


class SaysNothing(Exception):
    """Neither a passage nor words."""


class TooLong(Exception):
    """Carries the `limit` in characters that a note or its passage has."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class TooMany(Exception):
    """A learner has as many notes in the course as can be kept."""


def write(*, enrolment_id: int, uuid: UUID, lesson_key: str, place: str, quote: str, text: str) -> Note:
    """Keeps a note under the id that its page gave it; sent again, it is the same note with the latest words.

    A `place` that no lesson could have is left out. Raises SaysNothing, TooLong, TooMany,
    study.UnknownLesson, study.NotStudying.
    """
    at = clock.now()
    quote, text = " ".join(quote.split()), text.replace("\r\n", "\n").strip()
    _check(quote, text)
    with transaction.atomic():
        enrolment = study.studying(enrolment_id)
        mine = Note.objects.filter(enrolment=enrolment)
        before = Note.objects.filter(uuid=uuid).first()
        if before is not None and before.enrolment_id == enrolment.pk:
            return _edit(before, text)
        if mine.count() >= NOTES:
            raise TooMany
        if outlines.outline(enrolment.course).lesson(lesson_key) is None:
            raise study.UnknownLesson(lesson_key)
        return Note.objects.create(
            uuid=uuid if before is None else uuid4(),
            enrolment=enrolment,
            lesson_key=lesson_key,
            place=place if PLACE.match(place) else "",
            quote=quote,
            text=text,
            written_at=at,
        )


def edit(*, enrolment_id: int, uuid: UUID, text: str) -> Note:
    """Gives a note other words. Raises Note.DoesNotExist, SaysNothing, TooLong, study.NotStudying."""
    text = text.replace("\r\n", "\n").strip()
    with transaction.atomic():
        note = Note.objects.get(enrolment=study.studying(enrolment_id), uuid=uuid)
        _check(note.quote, text)
        return _edit(note, text)


def delete(*, enrolment_id: int, uuid: UUID) -> None:
    """Takes a note away for good. Again, it changes nothing."""
    Note.objects.filter(enrolment_id=enrolment_id, uuid=uuid).delete()


def _edit(note: Note, text: str) -> Note:
    if note.text != text:
        note.text, note.edited_at = text, clock.now()
        note.save(update_fields=["text", "edited_at"])
    return note


def _check(quote: str, text: str) -> None:
    if not quote and not text:
        raise SaysNothing
    for said, limit in ((quote, QUOTE), (text, TEXT)):
        if len(said) > limit:
            raise TooLong(limit)
