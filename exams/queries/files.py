"""Reads about sealed files of answers: what is in them, and what of it may count."""

from collections.abc import Collection, Sequence
from uuid import UUID

from exams.models import AnswerFile, Form, Sitting
from exams.queries import sittings
from exams.rules import answer_files
from exams.rules.acceptance import Event
from exams.states import AnswerFileState


class UnknownFile(LookupError):
    """There is no such file."""


def file(uuid: UUID, *, organisation_ids: Collection[UUID]) -> AnswerFile:
    """One file of these organisations' exams with its sitting; raises UnknownFile."""
    rows = AnswerFile.objects.select_related(
        "sitting__exam", "sitting__form", "uploaded_by", "proposed_by", "decided_by"
    )
    rows = rows.defer("sitting__form__package", "sitting__form__keys")
    found = rows.filter(uuid=uuid, sitting__exam__organisation_id__in=organisation_ids).first()
    if found is None:
        raise UnknownFile(uuid)
    return found


def waiting(organisation_ids: Collection[UUID]) -> Sequence[AnswerFile]:
    """Files of these organisations' exams on which an examiner has not decided, the oldest first."""
    rows = AnswerFile.objects.filter(
        sitting__exam__organisation_id__in=organisation_ids,
        state__in=[AnswerFileState.RECEIVED, AnswerFileState.PROPOSED],
    )
    return list(rows.select_related("sitting__exam").defer("content").order_by("uploaded_at", "pk")[:50])


def admissible(found: AnswerFile) -> tuple[Event, ...]:
    """The events of a file that two persons may admit. Two statements at most."""
    return _admissible(found.sitting, found.content)


def admitted(sitting: Sitting) -> tuple[Event, ...]:
    """Every event that was admitted to a sitting, of whichever file, each once."""
    rows = AnswerFile.objects.filter(sitting=sitting, state=AnswerFileState.ADMITTED).order_by("decided_at")
    found = {
        (event.epoch, event.seq): event
        for content in reversed(rows.values_list("content", flat=True))
        for event in _admissible(sitting, content)
    }
    return tuple(found[number] for number in sorted(found))


def admitted_to(sittings: Sequence[Sitting]) -> dict[int, tuple[Event, ...]]:
    """`admitted` by the number of the sitting, for those that have any. One statement where none has."""
    rows = AnswerFile.objects.filter(sitting__in=sittings, state=AnswerFileState.ADMITTED)
    some = set(rows.values_list("sitting_id", flat=True))
    return {one.pk: admitted(one) for one in sittings if one.pk in some}


def _admissible(sitting: Sitting, content: dict[str, object]) -> tuple[Event, ...]:
    assert sitting.started_at and sitting.submitted_at, "only what has ended may be added to"
    stored = {(one.epoch, one.seq) for one in sittings.recorded([sitting.pk])[sitting.pk].events}
    return answer_files.admissible(
        answer_files.events(content),
        stored=stored,
        shapes=Form.objects.values_list("shapes", flat=True).get(sittings=sitting),
        started_at=sitting.started_at,
        # Handed in or ended early, it was over then: what was answered after that is no answer in time.
        ended_at=sitting.submitted_at,
        last_epoch=sitting.epoch,
    )
