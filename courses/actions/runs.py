"""Packages that run: opened by their learners, and what they tell kept."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from courses.actions import platform, study
from courses.models import Enrolment, Run, Sco
from courses.queries import packages
from courses.rules.packages import tracking
from courses.rules.packages.manifest import Standard
from courses.rules.packages.tracking import Commit
from lms.accounts import queries as people
from lms.db import clock

LEFT: Final = timedelta(hours=12)  # as long as a pass holds: after that a window can tell nothing any more


class Elsewhere(Exception):
    """The package was opened again since, in another window: that one keeps, and this one no more. Of cmi5, so too where
    another part of it was opened, or this one was left for long."""


class NotBegun(LookupError):
    """Nobody has opened this package for this enrolment, or it is gone."""


@dataclass(frozen=True)
class Begun:
    """`launch` is the number of this window, `cmi` the data model that it begins with: nothing for a part of cmi5, which
    asks for what it wants."""

    launch: int
    cmi: dict[str, Any]


def begin(*, enrolment_id: int, sco_id: int) -> Begun:
    """Opens a package for a learner: makes their run with the first opening, and gives this window its number. What an
    earlier window sends from now on is refused. Of cmi5, sessions of this learner in this package that are open still are
    abandoned, and the platform says that and the launch. Raises NotBegun and study.NotStudying."""
    at = clock.now()
    with transaction.atomic():
        enrolment = study.studying(enrolment_id)
        sco = Sco.objects.select_related("package").filter(pk=sco_id, lesson__isnull=False).first()
        if sco is None:
            raise NotBegun(sco_id)
        is_cmi5 = sco.package.standard == Standard.CMI5
        if is_cmi5:
            _abandon_others(enrolment, sco, at)
        run, _ = Run.objects.select_for_update().get_or_create(
            enrolment=enrolment, sco=sco, defaults={"begun_at": at, "launched_at": at}
        )
        study.take_up(enrolment, at=at)
        run.sco = sco
        run.seconds, run.session = run.seconds + run.session, 0
        run.launch, run.seq, run.launched_at = run.launch + 1, 0, at
        if is_cmi5:
            run.cmi = {"session": uuid4().hex}
        run.save(update_fields=["seconds", "session", "launch", "seq", "launched_at", "cmi"])
        if is_cmi5:
            platform.launched(run, at)
            return Begun(run.launch, {})
    cmi = tracking.handed_back(
        run.cmi,
        sco.package.standard,
        resumes=bool(run.cmi),
        seconds=run.seconds,
        learner=packages.learner(enrolment.pk),
        name=people.card(enrolment.person_id).display_name,
        launch_data=sco.launch_data,
        mastery=sco.mastery,
    )
    return Begun(run.launch, cmi)


def keep(*, enrolment_id: int, sco_id: int, said: Commit) -> bool:
    """Keeps what a running package tells: score, status, time and suspend data. Time counts up to what has passed on the
    clock since it was opened. A completed lesson is finished by it, unless checks of the lesson are open.

    Returns whether it was kept: what was sent before, by its number, changes nothing. Raises Elsewhere, NotBegun and
    study.NotStudying.
    """
    at = clock.now()
    with transaction.atomic():
        run = of_window(study.studying(enrolment_id), sco_id, said.launch)
        if said.seq <= run.seq:
            return False
        run.seq, run.kept_at, run.cmi = said.seq, at, dict(said.cmi)
        run.completion, run.success, run.score, run.scaled = (
            said.completion,
            said.success,
            said.score,
            said.scaled,
        )
        run.suspend_data = said.suspend_data
        settle(run, session=said.session, done=said.done, at=at)
    return True


def of_window(enrolment: Enrolment, sco_id: int, launch: int) -> Run:
    """The run of which this is the present window, locked. Raises Elsewhere and NotBegun."""
    rows = Run.objects.select_for_update(of=("self",)).select_related("sco__lesson", "sco__package")
    run = rows.filter(enrolment=enrolment, sco_id=sco_id).first()
    if run is None or launch > run.launch:
        raise NotBegun(sco_id)
    if launch < run.launch or (run.sco.package.standard == Standard.CMI5 and run.cmi.get("abandoned")):
        raise Elsewhere(sco_id)
    return run


def abandon_left() -> int:
    """Ends the sessions of cmi5 that nobody has told anything of for twelve hours, and has the platform say so. Returns how
    many. Again, it changes nothing."""
    at = clock.now()
    found = packages.open_since(at - LEFT)
    for pk, enrolment_id in found:
        with transaction.atomic():
            Enrolment.objects.select_for_update().get(pk=enrolment_id)
            run = _open_sessions().filter(pk=pk).first()
            if run is not None and max(run.launched_at, run.kept_at or run.launched_at) < at - LEFT:
                _abandon(run, at)
    return len(found)


def _open_sessions() -> QuerySet[Run]:
    rows = Run.objects.select_for_update(of=("self",)).select_related("sco__lesson", "sco__package")
    return packages.in_session(rows)


def _abandon_others(enrolment: Enrolment, sco: Sco, at: datetime) -> None:
    """A learner is in one part of a package at a time (cmi5, section 9.3.6)."""
    for run in _open_sessions().filter(enrolment=enrolment, sco__package_id=sco.package_id):
        _abandon(run, at)


def _abandon(run: Run, at: datetime) -> None:
    seconds = platform.abandoned(run, at)
    run.cmi["abandoned"] = True
    settle(run, session=max(seconds, run.session), done=False, at=at)


def settle(run: Run, *, session: int, done: bool, at: datetime) -> None:
    """Saves a run with what was just told, in the caller's transaction: its time as far as the clock allows, which is the
    lesson's time too, and the lesson finished where the package is done and no check is open."""
    before = run.session
    run.session = min(session, int((at - run.launched_at).total_seconds()))
    if done and run.completed_at is None:
        run.completed_at = at
    run.save()
    lesson = run.sco.lesson
    if lesson is None:
        return
    if run.session > before:
        study.count_time(enrolment_id=run.enrolment_id, lesson_key=lesson.key, seconds=run.session - before)
    if done:
        with suppress(study.ChecksOpen, study.UnknownLesson):
            study.finish_lesson(enrolment_id=run.enrolment_id, lesson_key=lesson.key)


def move_on(*, enrolment_id: int, page_id: int) -> None:
    """Gives a learner the newest package of a lesson in place of the one they began, from its beginning; what they did in
    the older one stays in its own row."""
    at = clock.now()
    with transaction.atomic():
        enrolment = study.studying(enrolment_id)
        newest = Sco.objects.filter(lesson_id=page_id).order_by("-pk").first()
        if newest is not None:
            Run.objects.get_or_create(
                enrolment=enrolment, sco=newest, defaults={"begun_at": at, "launched_at": at}
            )
