"""Coursework: handed in, replaced until it is due, marked by people, released; or assessed by a tutor."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from courses.actions import enrolments as enrolling
from courses.actions import requirements
from courses.queries import enrolments
from exams import signals
from exams.actions import examining, marking_scripts
from exams.models import (
    Assessment,
    Coursework,
    Deadline,
    Script,
    Submission,
    SubmissionFile,
    Work,
    WorkChange,
)
from exams.queries import coursework as queries
from exams.queries.coursework import UnknownCoursework, UnknownWork
from exams.rules import coursework as rules
from exams.rules import marking as marking_rules
from exams.rules import uploads
from exams.rules.coursework import Hindrance
from exams.rules.outcome import Outcome
from exams.states import WORK, ScriptState, WorkState
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.kit import digests
from lms.notifications import outbox


class MayNotHandIn(Exception):
    """Nothing can be handed in now. Carries `hindrance`."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance


class NothingHandedIn(Exception):
    """There is neither a text nor a file."""


class TooMuch(Exception):
    """The text is too long, or there are too many files."""


class BadFile(Exception):
    """A file is not taken. Carries its `name` and the `fault`."""

    def __init__(self, name: str, fault: uploads.Fault) -> None:
        super().__init__(name, fault)
        self.name, self.fault = name, fault


class OwnWork(Exception):
    """Nobody releases or assesses their own work, or moves its date."""


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name is the learner's word, its content decides."""

    name: str
    content: bytes


def hand_in(
    *, coursework_key: str, person_id: int, text: str, files: Sequence[Upload] = (), keep: Sequence[UUID] = ()
) -> Submission:
    """Hands in a coursework, or replaces what was handed in of the same try: the last submission counts, and the
    earlier ones stay on record. `keep` names files of earlier ones that go on to be part of it.

    The same again changes nothing. Raises UnknownCoursework for who is not enrolled, MayNotHandIn, NothingHandedIn,
    TooMuch, BadFile.
    """
    kinds = [_kind(one) for one in files]
    with transaction.atomic():
        coursework, at = _locked(coursework_key, person_id)
        place = queries.place(coursework, person_id, at=at)
        if place.hindrance is not None:
            raise MayNotHandIn(place.hindrance)
        try:
            enrolling.take_up(course_key=coursework.course_key, person_id=person_id, at=at)
        except enrolling.NotPaid:
            raise UnknownCoursework(
                coursework_key
            ) from None  # given back this moment: they are about to be out
        work = place.work or _begin(coursework, person_id, place.number, place.due_at, at)
        last = work.submissions.order_by("-number").first()
        # Of whichever version: of two clicks at once, the second names files of the version before the first's.
        rows = SubmissionFile.objects.filter(submission__work=work, uuid__in=keep)
        kept = list({file.digest: file for file in rows.order_by("submission", "number")}.values())
        text = text.replace("\r\n", "\n").strip()
        if not text and not files and not kept:
            raise NothingHandedIn
        if len(text) > uploads.LONGEST_TEXT or len(kept) + len(files) > uploads.MOST_FILES:
            raise TooMuch
        parts = [file.digest for file in kept]
        parts += [hashlib.sha256(one.content).hexdigest() for one in files]
        digest = digests.digest({"text": text, "files": parts})
        if last is not None and last.digest == digest:
            return last
        made = Submission.objects.create(
            work=work, number=last.number + 1 if last else 1, text=text, digest=digest, at=at
        )
        for file in kept:
            _keep(made, file.name, file.kind, file.size, file.digest, str(file.file))
        for one, kind, bound in zip(files, kinds, parts[len(kept) :], strict=True):
            where = f"coursework/{work.uuid}/{bound}"
            if not default_storage.exists(where):
                where = default_storage.save(where, ContentFile(one.content))
            _keep(made, uploads.tidy_name(one.name, kind), kind, len(one.content), bound, where)
        before, work.state = work.state, WORK.after(work.state, "replace")
        _note(work, "replace" if last else "hand-in", before, at, person_id)
    return made


def finish(*, work_uuid: UUID, person_id: int) -> Work:
    """A learner says that what they have handed in is final: it goes to the markers at once. Called again it changes
    nothing. Raises UnknownWork."""
    with transaction.atomic():
        work, at = _locked_work(work_uuid)
        if work.person_id != person_id:
            raise UnknownWork(work_uuid)
        if work.state == WorkState.OPEN:
            _close(work, at, person_id)
    return work


def close_due() -> int:
    """Puts to the markers what is due, and notes what is final, whether or not its job was ever heard of; returns how
    many works were due. Each is a transaction of its own, and one that fails does not keep the others: its fault is
    raised at the end."""
    found, faults = 0, []
    due = Work.objects.filter(state=WorkState.OPEN, due_at__lt=clock.now()).values_list("uuid", flat=True)
    for work_uuid in list(due):
        try:
            found += _close_if_due(work_uuid)
        except Exception as fault:
            faults.append(fault)
    final = Work.objects.filter(state=WorkState.CLOSED, scripts__state=ScriptState.FINAL)
    for work_id in list(final.values_list("pk", flat=True)):
        mark(work_id=work_id)
    if faults:
        raise ExceptionGroup("works that could not be put to the markers", faults)
    return found


def mark(*, work_id: int) -> None:
    """Notes what a work came to, once what people gave for it is final. A second call changes nothing."""
    with transaction.atomic():
        uuid = Work.objects.values_list("uuid", flat=True).get(pk=work_id)
        work, at = _locked_work(uuid)
        script = Script.objects.filter(work=work, state=ScriptState.FINAL).select_related("final").first()
        if work.state != WorkState.CLOSED or script is None:
            return
        before, work.state = work.state, WORK.after(work.state, "mark")
        most = marking_rules.rubric(work.criteria).most
        work.outcome = rules.outcome(script.final.total, most, work.cut)
        work.marked_at = at
        work.save(update_fields=["state", "outcome", "marked_at"])
        _note(work, "mark", before, at, None)


def release(*, work_uuid: UUID, by_id: int) -> Work:
    """Releases a marked work: its learner may see points and feedback, and is told. Announces `coursework_released`,
    upon which a course that requires it is told of a pass.

    Called again it changes nothing. Raises UnknownWork, OwnWork, and IllegalMove for what is not marked.
    """
    with transaction.atomic():
        work, at = _locked_work(work_uuid)
        if work.person_id == by_id:
            raise OwnWork
        if work.state != WorkState.RELEASED:
            _release(work, "release", at, by_id)
    return work


def assess(
    *,
    coursework_key: str,
    person_id: int,
    tutor_id: int,
    levels: Mapping[str, int],
    comments: Mapping[str, str],
    comment: str,
) -> Assessment:
    """A tutor's continuous assessment of a learner, for good, without anything handed in; the latest one counts.

    The same again is the same assessment. It is released at once, for it serves the learning and no certificate. From then on the tutor marks nothing of the
    learner's for 24 months. Raises UnknownCoursework for who is not enrolled, MayNotHandIn where it is not for tutors,
    OwnWork, Incomplete.
    """
    with transaction.atomic():
        coursework, at = _locked(coursework_key, person_id)
        if not coursework.by_tutor:
            raise MayNotHandIn(Hindrance.BY_TUTOR)
        if person_id == tutor_id:
            raise OwnWork
        of = marking_rules.rubric(coursework.criteria)
        points = marking_rules.points(of, levels)
        said = {
            "tutor_id": tutor_id,
            "levels": {one.id: levels[one.id] for one in of.criteria},
            "comments": {one: text for one, text in comments.items() if text},
            "comment": comment,
        }
        last = Assessment.objects.filter(work__coursework=coursework, work__person_id=person_id)
        before = last.order_by("-pk").first()
        if before is not None and all(getattr(before, name) == value for name, value in said.items()):
            return before
        number = Work.objects.filter(coursework=coursework, person_id=person_id).count() + 1
        work = _begin(coursework, person_id, number, None, at)
        made = Assessment.objects.create(work=work, at=at, **said)
        work.outcome = rules.outcome(sum(points.values(), marking_rules.NOTHING), of.most, work.cut)
        work.closed_at = work.marked_at = at
        _release(work, "assess", at, tutor_id)
    return made


def set_deadline(
    *, coursework_key: str, person_id: int, due_at: datetime, reason: str, by_id: int
) -> Deadline:
    """Gives one learner until a later time, with a reason. What they have open may be replaced until then. Raises
    UnknownCoursework, OwnWork."""
    with transaction.atomic():
        coursework, at = _locked(coursework_key, person_id)
        if person_id == by_id:
            raise OwnWork
        made = Deadline.objects.create(
            coursework=coursework, person_id=person_id, due_at=due_at, reason=reason, by_id=by_id, at=at
        )
        work = Work.objects.filter(coursework=coursework, person_id=person_id, state=WorkState.OPEN).first()
        if work is not None:
            work.due_at = queries.place(coursework, person_id, at=at).due_at
            work.save(update_fields=["due_at"])
        _record(coursework, "deadline", made.pk, at, by_id, {"person": person_id, "due": due_at.isoformat()})
    return made


def tell_course(*, work_id: int) -> None:
    """Tells the course of a released pass, where it asks for it or gives hours for it. May be called again."""
    work = Work.objects.select_related("coursework").get(pk=work_id)
    if work.state == WorkState.RELEASED and work.outcome == Outcome.PASSED:
        requirements.meet(
            person_id=work.person_id,
            course_key=work.coursework.course_key,
            key=work.coursework.key,
            source=f"exams.work:{work.pk}",
        )


def _close_if_due(work_uuid: UUID) -> bool:
    with transaction.atomic():
        work, at = _locked_work(work_uuid)
        is_due = work.state == WorkState.OPEN and work.due_at is not None and work.due_at < at
        if is_due:
            _close(work, at, None)
    return is_due


def _kind(file: Upload) -> str:
    try:
        return uploads.kind_of(file.content)
    except uploads.Refused as refused:
        raise BadFile(file.name, refused.fault) from None


def _locked(coursework_key: str, person_id: int) -> tuple[Coursework, datetime]:
    """A coursework for somebody who is enrolled in its course; the person's row is the lock, so that of two clicks at
    once the second finds what the first has left."""
    get_user_model().objects.select_for_update().get(pk=person_id)
    coursework = Coursework.objects.filter(key=coursework_key).first()
    learner = enrolments.learner(person_id, coursework.course_key) if coursework else None
    if coursework is None or learner is None or not learner.there:
        raise UnknownCoursework(coursework_key)
    return coursework, clock.now()


def _locked_work(work_uuid: UUID) -> tuple[Work, datetime]:
    """A work under the lock of its learner and its own."""
    person_id = Work.objects.filter(uuid=work_uuid).values_list("person", flat=True).first()
    if person_id is None:
        raise UnknownWork(work_uuid)
    get_user_model().objects.select_for_update().get(pk=person_id)
    work = Work.objects.select_for_update(of=("self",)).select_related("coursework").get(uuid=work_uuid)
    return work, clock.now()


def _begin(
    coursework: Coursework, person_id: int, number: int, due_at: datetime | None, at: datetime
) -> Work:
    return Work.objects.create(
        coursework=coursework,
        person_id=person_id,
        number=number,
        task=coursework.brief,
        criteria=coursework.criteria,
        rubric_digest=coursework.rubric_digest,
        cut_percent=coursework.cut_percent,
        due_at=due_at,
        begun_at=at,
    )


def _keep(submission: Submission, name: str, kind: str, size: int, digest: str, where: str) -> None:
    SubmissionFile.objects.create(
        submission=submission,
        number=submission.files.count() + 1,
        name=name,
        kind=kind,
        size=size,
        digest=digest,
        file=where,
    )


def _close(work: Work, at: datetime, by_id: int | None) -> None:
    before, work.state = work.state, WORK.after(work.state, "close")
    work.closed_at = at
    work.save(update_fields=["state", "closed_at"])
    _note(work, "close", before, at, by_id)
    last = work.submissions.order_by("-number").first()
    assert last is not None, "a work begins with what is handed in"
    marking_scripts.open_for_work(work=work, text=last.text, digest=last.digest, at=at)


def _release(work: Work, event: str, at: datetime, by_id: int) -> None:
    before, work.state = work.state, WORK.after(work.state, event)
    work.released_at, work.released_by_id = at, by_id
    work.save(update_fields=["state", "released_at", "released_by", "outcome", "closed_at", "marked_at"])
    _note(work, event, before, at, by_id)
    person = people.card(work.person_id)
    outbox.put(
        "coursework-released",
        key=f"coursework-released:{work.uuid}",
        to=person.email,
        person_id=person.id,
        context={
            "name": person.display_name,
            "coursework": work.coursework.title,
            "path": reverse("exams:coursework", args=[work.coursework.key]),
        },
        at=at,
    )
    examining.announce(examining.work_released(work))
    signals.coursework_released.announce(
        work_id=work.pk,
        person_id=work.person_id,
        coursework_key=work.coursework.key,
        course_key=work.coursework.course_key,
        outcome=work.outcome,
        by_tutor=event == "assess",
        at=at,
        by_id=by_id,
    )


_PAST = {
    "hand-in": "handed_in",
    "replace": "replaced",
    "close": "closed",
    "mark": "marked",
    "release": "released",
    "assess": "assessed",
}


def _note(work: Work, event: str, before: str, at: datetime, by_id: int | None) -> None:
    WorkChange.objects.create(
        work=work, event=event, from_state=before, to_state=work.state, by_id=by_id, at=at
    )
    _record(work.coursework, _PAST[event], work.pk, at, by_id, {"coursework": work.coursework.key})


def _record(
    coursework: Coursework, became: str, pk: int, at: datetime, by_id: int | None, facts: dict[str, object]
) -> None:
    trail.record(
        f"exams.work.{became}",
        subject=f"exams.work:{pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=coursework.organisation_id,
    )
