"""The key of a form: what examiners decide about it, the versions that come of it, and marking by them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from exams import signals
from exams.actions import marking, results
from exams.actions.invigilators import SamePerson
from exams.models import Form, FormChange, FormItem, ItemKey, KeyValidation, KeyVersion, ScoreRun, Sitting
from exams.queries import files
from exams.queries import key_validation as queries
from exams.queries import keys as versions
from exams.queries.key_validation import UnknownForm, UnknownValidation
from exams.rules import items as item_rules
from exams.rules import key_validation as rules
from exams.rules.key_validation import Decision, Verdict
from exams.states import KEY_VALIDATION
from lms.audit import trail
from lms.db import clock
from lms.kit import digests

_DECIDED = ("state", "decided_by", "decided_at", "decision_reason")


class SatThisForm(Exception):
    """Nobody decides about the key of a form that they have sat."""


class Undecided(Exception):
    """Flagged items have no decision. Carries `positions`."""

    def __init__(self, positions: Sequence[int]) -> None:
        super().__init__(positions)
        self.positions = tuple(positions)


class AlreadyProposed(Exception):
    """Another proposal for this form waits for a decision."""


class NothingMarked(Exception):
    """No sitting of the form is marked: there is nothing to look at."""


def propose(*, form_id: int, by_id: int, verdicts: Sequence[Verdict], reason: str) -> KeyValidation:
    """Puts down what an examiner makes of the flags of a form, as they stand now; it changes no key yet.

    Raises UnknownForm, SatThisForm, NothingMarked, AlreadyProposed, Undecided, and BadVerdict.
    """
    with transaction.atomic():
        form = _locked(form_id, by_id)
        at = clock.now()
        if form.validations.filter(state=KEY_VALIDATION.start).exists():
            raise AlreadyProposed
        looked = queries.look(form)
        if not looked.found.sittings:
            raise NothingMarked
        missing = set(looked.found.flagged) - {verdict.position for verdict in verdicts}
        if missing:
            raise Undecided(sorted(missing))
        rules.rekeyed(queries.contents(form), looked.keys, verdicts)
        validation = KeyValidation.objects.create(
            form=form,
            base=looked.version,
            looked_at=at,
            sittings=looked.found.sittings,
            found=queries.as_json(looked.found),
            verdicts=[queries.verdict_as_json(verdict) for verdict in verdicts],
            reason=reason,
            proposed_by_id=by_id,
            proposed_at=at,
        )
        _record("proposed", validation, at, by_id)
    return validation


def approve(*, validation_uuid: UUID, by_id: int, reason: str) -> KeyValidation:
    """Approves a proposal as a second examiner: results of the form may be released.

    Where an item is re-keyed, credited or dropped, the form has a new version of its key from now on, and
    `key_revised` is announced: each marked sitting of the form is marked again by it. A new key becomes the next
    version of the item's key in the bank too. Raises UnknownValidation, SatThisForm, SamePerson, and IllegalMove
    for what is decided already.
    """
    with transaction.atomic():
        validation = _decide(validation_uuid, "approve", by_id, reason)
        verdicts = queries.verdicts_of(validation)
        if any(verdict.decision != Decision.ACCEPT for verdict in verdicts):
            validation.key = _new_version(validation, verdicts)
        validation.save(update_fields=[*_DECIDED, "key"])
        _record("approved", validation, validation.decided_at, by_id)
    return validation


def send_back(*, validation_uuid: UUID, by_id: int, reason: str) -> KeyValidation:
    """Sends a proposal back: nothing follows, and another may be made. Raises UnknownValidation, SatThisForm, and
    IllegalMove for what is decided already."""
    with transaction.atomic():
        validation = _decide(validation_uuid, "return", by_id, reason)
        validation.save(update_fields=_DECIDED)
        _record("returned", validation, validation.decided_at, by_id)
    return validation


def mark_by_key(*, form_id: int) -> int:
    """Marks every marked sitting of a form again that has no score run by the latest version of its key; returns
    how many. They are marked in lots, each a transaction of its own; one that can't be marked does not keep the others
    waiting, and its fault is raised at the end."""
    key = versions.latest(form_id)
    waiting = versions.unmarked_by(key) if key else []
    return marking.in_lots(
        waiting, lambda some: _mark_by(some, form_id), "sittings that could not be marked by the new key"
    )


def mark_by_latest_key() -> None:
    """Finds what was being marked by the old key while the new one was made."""
    for form_id in KeyVersion.objects.order_by("form_id").values_list("form_id", flat=True).distinct():
        mark_by_key(form_id=form_id)


def _mark_by(sitting_ids: Sequence[int], form_id: int) -> int:
    with transaction.atomic():
        waiting, at = marking.locked_marked(sitting_ids)
        key = versions.latest(form_id)
        done = ScoreRun.objects.filter(sitting__in=sitting_ids, key=key).values_list("sitting_id", flat=True)
        by_now = set(done) if key else set(sitting_ids)
        found = [one for one in waiting if one.sitting_id not in by_now]
        if key is None or not found:
            return 0
        admitted = files.admitted_to([one.sitting for one in found])
        by_id, reason = key.decided_by_id, key.reason
        made = marking.mark_all_again(results=found, admitted=admitted, at=at, by_id=by_id, reason=reason)
        pairs = list(zip(found, made, strict=True))
        results.settle_all(found=pairs, by_id=by_id, reason=reason, at=at)
    return len(found)


def _locked(form_id: int, by_id: int) -> Form:
    form = Form.objects.select_for_update(of=("self",)).select_related("exam").filter(pk=form_id).first()
    if form is None:
        raise UnknownForm(form_id)
    if Sitting.objects.filter(form=form, exam=form.exam, candidate_id=by_id).exists():
        raise SatThisForm
    return form


def _decide(validation_uuid: UUID, event: str, by_id: int, reason: str) -> KeyValidation:
    """A proposal under the lock of its form, moved; the caller saves it."""
    form_id = KeyValidation.objects.filter(uuid=validation_uuid).values_list("form", flat=True).first()
    if form_id is None:
        raise UnknownValidation(validation_uuid)
    form = _locked(form_id, by_id)
    validation = KeyValidation.objects.get(uuid=validation_uuid)
    validation.form = form
    validation.state = KEY_VALIDATION.after(validation.state, event)
    if event == "approve" and validation.proposed_by_id == by_id:
        raise SamePerson
    validation.decided_by_id, validation.decided_at, validation.decision_reason = by_id, clock.now(), reason
    return validation


def _new_version(validation: KeyValidation, verdicts: Sequence[Verdict]) -> KeyVersion:
    form, at, by_id = validation.form, validation.decided_at, validation.decided_by_id
    assert at is not None and by_id is not None, "it was decided just now"
    before = versions.latest(form.pk)
    made = rules.rekeyed(queries.contents(form), before.keys if before else form.keys, verdicts)
    key = KeyVersion.objects.create(
        form=form,
        number=before.number + 1 if before else 2,
        keys=made,
        digest=digests.digest(made),
        reason=validation.reason,
        proposed_by_id=validation.proposed_by_id,
        decided_by_id=by_id,
        at=at,
    )
    _tell_bank(form, made, verdicts, at)
    FormChange.objects.create(
        form=form, event="rekey", from_state=form.state, to_state=form.state, by_id=by_id, at=at
    )
    signals.key_revised.announce(form_id=form.pk, exam_key=form.exam.key, number=key.number, at=at)
    return key


def _tell_bank(form: Form, keys: Mapping[str, Any], verdicts: Sequence[Verdict], at: datetime) -> None:
    """A new right answer is the next version of the item's key: later forms take it from there."""
    places = [verdict.position for verdict in verdicts if verdict.decision == Decision.REKEY]
    for placed in FormItem.objects.filter(form=form, position__in=places).select_related("version"):
        key = keys[str(placed.position)]
        bound = item_rules.key_digest(placed.version.digest, key)
        last = placed.version.keys.order_by("-number").first()
        if last is None or last.digest != bound:
            number = 1 if last is None else last.number + 1
            ItemKey.objects.create(
                version=placed.version, number=number, key=key, digest=bound, created_at=at
            )


def _record(became: str, validation: KeyValidation, at: datetime | None, by_id: int) -> None:
    assert at is not None, "it was decided just now"
    trail.record(
        f"exams.key_validation.{became}",
        subject=f"exams.form:{validation.form_id}",
        at=at,
        actor_id=by_id,
        facts={"sittings": validation.sittings, "key": validation.key.number if validation.key else None},
        organisation_id=validation.form.exam.organisation_id,
    )
