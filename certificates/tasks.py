"""Jobs of the register: ids in, one action called."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from certificates.actions import (
    applications,
    badges,
    batches,
    checkpoints,
    cpd,
    documents,
    dues,
    evidence,
    fees,
    keys,
    letters,
    reminders,
    reseal,
    status_lists,
    ties,
    upkeep,
    watching,
)
from certificates.actions import files as stored
from certificates.queries import public
from certificates.rules import fees as rule
from certificates.rules.conflicts import Bond
from lms.db import clock
from lms.jobs.queue import Urgency, sweep, task


@task("certificates.take_evidence")
def take_evidence(*, occurred_on: str, **facts: Any) -> None:
    evidence.take(occurred_on=date.fromisoformat(occurred_on), **facts)


@task("certificates.note_training")
def note_training(*, person_id: int, trainer_id: int, source: str, on: str) -> None:
    ties.note(
        person_id=person_id,
        officer_ids=[trainer_id],
        bond=Bond.TRAINED,
        source=source,
        began_on=date.fromisoformat(on),
    )


@task("certificates.note_examining")
def note_examining(*, person_id: int, examiner_id: int, source: str, on: str) -> None:
    ties.note(
        person_id=person_id,
        officer_ids=[examiner_id],
        bond=Bond.EXAMINED,
        source=source,
        began_on=date.fromisoformat(on),
    )


@task("certificates.make_document", urgency=Urgency.SLOW)
def make_document(*, edition_id: int) -> None:
    documents.make_document(edition_id=edition_id)


@task("certificates.make_badge", urgency=Urgency.SLOW)
def make_badge(*, edition_id: int) -> None:
    badges.make(edition_id=edition_id)


@task("certificates.make_badges", urgency=Urgency.SLOW)
def make_badges(*, credential_id: int) -> None:
    badges.make_anew(credential_id=credential_id)


@task("certificates.publish_statuses")
def publish_statuses() -> None:
    status_lists.publish_all()


@task("certificates.reissue_signed", urgency=Urgency.SLOW)
def reissue_signed(*, key_id: str) -> None:
    badges.reissue(key_id=key_id)


@task("certificates.make_batch", urgency=Urgency.SLOW)
def make_batch(*, batch_id: int, part: int) -> None:
    batches.make_part(batch_id=batch_id, part=part)


@task("certificates.tell")
def tell(*, event_id: int) -> None:
    letters.tell(event_id=event_id)


@task("certificates.remove_files")
def remove_files(*, files: list[str], folders: Sequence[str] = ()) -> None:
    stored.remove(names=files, folders=folders)


@task("certificates.record_course")
def record_course(*, person_id: int, source: str, title: str, minutes: int, occurred_on: str) -> None:
    cpd.record_course(
        person_id=person_id,
        source=source,
        title=title,
        minutes=minutes,
        occurred_on=date.fromisoformat(occurred_on),
    )


@task("certificates.tell_watchers")
def tell_watchers(*, credential_id: int) -> None:
    watching.tell(credential_id=credential_id)


@task("certificates.settle_fees")
def settle_fees(*, product_key: str, person_id: int) -> None:
    if product_key.startswith(rule.APPLICATION):
        dues.pay_with(product_key=product_key, person_id=person_id)
    else:
        fees.pay_with(product_key=product_key, holder_id=person_id)


@sweep("certificates.tell_all_watchers", seconds=30)
def tell_all_watchers() -> None:
    watching.tell_changed()
    watching.send_statements()


@sweep("certificates.make_missing_badges", seconds=60)
def make_missing_badges() -> None:
    badges.make_missing()


@sweep("certificates.keep_statuses_fresh", seconds=300)
def keep_statuses_fresh() -> None:
    status_lists.publish_all()


@sweep("certificates.make_missing_documents", seconds=60)
def make_missing_documents() -> None:
    documents.make_missing()


@task("certificates.renew_seals")
def renew_seals() -> None:
    reseal.renew_seals()


# Two sweeps: what is wrong with a key must not keep the time stamps from being renewed.
@sweep("certificates.keep_documents", seconds=600)
def keep_documents() -> None:
    reseal.renew_seals()


@sweep("certificates.renew_keys", seconds=3600)
def renew_keys() -> None:
    keys.renew(at=clock.now())


@sweep("certificates.keep_stamps", seconds=600)
def keep_stamps() -> None:
    reseal.renew_stamps()


# The days count, not the hour: asked often, it still sends each reminder once, and a clock that was
# moved in the demonstration is noticed within the minute.
@sweep("certificates.remind", seconds=30)
def remind() -> None:
    reminders.remind()


# Daily would do; hourly it is done early in every day, wherever the worker was last started.
@sweep("certificates.maintain", seconds=3600)
def maintain() -> None:
    upkeep.maintain()


@sweep("certificates.lapse_overdue", seconds=300)
def lapse_overdue() -> None:
    applications.lapse_overdue()


@sweep("certificates.log", seconds=60)
def enter_in_the_log() -> None:
    checkpoints.make()


@sweep("certificates.log_whole", seconds=3600)
def enter_everything_in_the_log() -> None:
    checkpoints.make(everything=True)


@sweep("certificates.stamp_log", seconds=3600)
def stamp_log() -> None:
    checkpoints.stamp()


@sweep("certificates.tell_witnesses", seconds=3600)
def tell_witnesses() -> None:
    checkpoints.tell_witnesses()


@sweep("certificates.count_register", seconds=600, urgency=Urgency.SLOW)
def count_register() -> None:
    public.count(on=clock.today())
