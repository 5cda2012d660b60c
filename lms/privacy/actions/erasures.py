"""Erasing a person: what can go goes, what must stay stays by number, and the person is told which is which."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from lms.audit import trail
from lms.db import clock
from lms.jobs import queue
from lms.kit import gather
from lms.notifications import outbox
from lms.privacy.actions import consents
from lms.privacy.models import Erasure
from lms.privacy.queries import portraits
from lms.privacy.states import ERASURE, ErasureState


class Hindered(Exception):
    """Something must end first. Carries `sentences`."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def ask(*, person_id: int) -> None:
    """Closes the account at once and puts the job of erasing it. Asked again it changes nothing. Raises Hindered."""
    at = clock.now()
    with transaction.atomic():
        # The row is the lock: whatever would hinder is begun before this, or meets a closed account.
        person = get_user_model().objects.select_for_update().get(pk=person_id)
        if sentences := portraits.hindrances(person_id):
            raise Hindered(sentences)
        _, made = Erasure.objects.get_or_create(person_id=person_id, defaults={"asked_at": at})
        if not made:
            return
        person.is_active = False
        person.save(update_fields=["is_active"])
        queue.put("privacy.erase", key=str(person_id), payload={"person_id": person_id})
        _note(person_id, "asked", person_id, at)


def erase(*, person_id: int) -> None:
    """Erases a person who asked for it: deletes rows, empties the account, writes what stays and why into the record,
    and sends one last letter. Called again it finds nothing left to do."""
    at = clock.now()
    with transaction.atomic():
        row = Erasure.objects.select_for_update().get(person_id=person_id)
        if row.state != ErasureState.ASKED:
            return
        reader = gather.readers([person_id]).get(person_id)
        row.report = _report(person_id)
        consents.withdraw_all(person_id=person_id, at=at)
        for part in sorted(gather.PERSONAL, key=lambda part: -part.order):
            part.erase(person_id)
            for holding in part.holdings:
                if not holding.kept:
                    portraits.rows(holding, person_id).delete()
        row.state, row.done_at = ERASURE.after(row.state, "erase"), at
        row.save(update_fields=["state", "done_at", "report"])
        _note(person_id, "done", None, at)
        if reader is not None:
            _say_farewell(reader, person_id, row.report, at)


def _report(person_id: int) -> list[dict[str, object]]:
    return [
        {"part": title, "what": one.title, "rows": one.count, "kept": one.kept}
        for title, counts in portraits.counts(person_id)
        for one in counts
    ]


def _say_farewell(
    reader: gather.Reader, person_id: int, report: list[dict[str, object]], at: datetime
) -> None:
    outbox.put(
        "privacy.erased",
        key=f"privacy.erased:{person_id}",
        to=reader.email,
        person_id=None,
        context={"language": reader.language, "kept": [one for one in report if one["kept"]]},
        at=at,
    )


def _note(person_id: int, what: str, actor_id: int | None, at: datetime) -> None:
    trail.record(f"privacy.erasure.{what}", subject=f"accounts.person:{person_id}", at=at, actor_id=actor_id)
