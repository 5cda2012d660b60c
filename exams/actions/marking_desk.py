"""A marker's desk: a script is taken for a time, and marked or given back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from exams.actions import examining, marking_scripts
from exams.models import Marking, Script, ScriptLease, ScriptMark
from exams.queries import marking as queries
from exams.queries.marking import UnknownMarking, UnknownScript
from exams.rules import marking as rules
from exams.rules.marking import Role
from exams.states import SCRIPT, LeaseEnd
from lms.audit import trail
from lms.db import clock
from lms.organisations import queries as organisations

MARK = "exams.mark"


class NothingToMark(Exception):
    """No script waits that this person may mark."""


class TakenByAnother(Exception):
    """The time with the script ran out, and another person has it now or has marked it."""


class MarkedAlready(Exception):
    """This person has marked the script."""


class MayNotMark(Exception):
    """It is their own script, or that of somebody whom they trained in the last 24 months."""


def take(*, marking_id: int, marker_id: int) -> ScriptLease:
    """Gives a marker the next script, or again the one that they have: nobody else is given it in the same role until
    it is marked, given back, or its time has run out. Now and then it is a control script, which looks like any other.

    Raises UnknownMarking, NothingToMark.
    """
    with transaction.atomic():
        marking, at = _locked(marking_id, marker_id)
        _end_lapsed(marking, at)
        held = ScriptLease.objects.filter(script__marking=marking, marker_id=marker_id, ended_at__isnull=True)
        lease = held.order_by("pk").first()
        if lease is not None:
            return lease
        found = _next(marking, marker_id, at)
        if found is None:
            raise NothingToMark
        return _lend(marking, *found, marker_id, at)


def give_back(*, lease_uuid: UUID, marker_id: int) -> None:
    """Gives a script back unmarked: others may take it at once. Called again it changes nothing. Raises
    UnknownScript."""
    with transaction.atomic():
        lease, _, at = _held(lease_uuid, marker_id)
        if lease.ended_at is None:
            _end(lease, LeaseEnd.RETURNED, at)


def mark(
    *,
    lease_uuid: UUID,
    marker_id: int,
    levels: Mapping[str, int],
    comments: Mapping[str, str],
    comment: str,
) -> ScriptMark:
    """Puts down what a marker gives the script that they have, for good.

    Whose script it is has been examined by them, which is announced as `candidate_examined`. With the last mark that it needs a script is final, which is announced as `script_marked`; where two marks differ by
    more than the tolerance it goes to a third person. Where the time had run out and nobody has taken the script since,
    the mark counts. Raises UnknownScript, Incomplete, MarkedAlready, TakenByAnother, MayNotMark.
    """
    with transaction.atomic():
        lease, script, at = _held(lease_uuid, marker_id)
        if lease.ended == LeaseEnd.MARKED:
            raise MarkedAlready
        rules.points(rules.rubric(script.criteria), levels)
        _refuse_dependent(script, marker_id, at)
        if lease.ended_at is not None:
            lease = _take_again(script, lease, at)
        made = ScriptMark.objects.create(
            script=script,
            role=lease.role,
            marker_id=marker_id,
            candidate_id=script.candidate_id,
            levels={one["id"]: levels[one["id"]] for one in script.criteria},
            comments={one: said for one, said in comments.items() if said},
            comment=comment,
            at=at,
        )
        _end(lease, LeaseEnd.MARKED, at)
        trail.record(
            "exams.script.marked",
            subject=f"exams.script:{script.pk}",
            at=at,
            actor_id=marker_id,
            facts={"number": script.number, "role": made.role},
            organisation_id=script.marking.home.organisation_id,
        )
        if not script.control:
            examining.announce(examining.marked(made))
            _go_on(script, at)
    return made


def end_lapsed() -> int:
    """Takes back what was out longer than it may be; returns how many scripts."""
    found = 0
    ids = ScriptLease.objects.filter(ended_at__isnull=True, until_at__lte=clock.now())
    for marking_id in set(ids.values_list("script__marking", flat=True)):
        with transaction.atomic():
            found += _end_lapsed(Marking.objects.select_for_update().get(pk=marking_id), clock.now())
    return found


def _locked(marking_id: int, marker_id: int) -> tuple[Marking, datetime]:
    rows = Marking.objects.select_for_update(of=("self",)).select_related("exam", "coursework")
    marking = rows.filter(pk=marking_id).first()
    if marking is None:
        raise UnknownMarking(marking_id)
    if MARK not in organisations.permissions_of(marker_id, marking.home.organisation_id):
        raise UnknownMarking(marking_id)
    return marking, clock.now()


def _held(lease_uuid: UUID, marker_id: int) -> tuple[ScriptLease, Script, datetime]:
    """A lease of this person with its script, both under the lock of what is marked."""
    rows = ScriptLease.objects.filter(uuid=lease_uuid, marker_id=marker_id)
    marking_id = rows.values_list("script__marking", flat=True).first()
    if marking_id is None:
        raise UnknownScript(lease_uuid)
    marking, at = _locked(marking_id, marker_id)
    lease = ScriptLease.objects.get(uuid=lease_uuid)
    script = Script.objects.select_for_update(of=("self",)).get(pk=lease.script_id)
    script.marking = marking
    return lease, script, at


def _next(marking: Marking, marker_id: int, at: datetime) -> tuple[Script, Role] | None:
    control = _control_for(marking, marker_id)
    if control is not None:
        return control, Role.CONTROL
    away = queries.barred(marker_id, at=at)
    free = queries.free_for(marking.pk, marker_id, away=away, at=at)
    return free[0] if free else None


def _control_for(marking: Marking, marker_id: int) -> Script | None:
    """A control script that this person has not marked, where one is due."""
    mine = ScriptMark.objects.filter(script__marking=marking, marker_id=marker_id).order_by("-pk")
    roles = list(mine.values_list("role", flat=True)[: marking.control_every])
    since = next((n for n, role in enumerate(roles) if role == Role.CONTROL), len(roles))
    if not rules.control_due(since, marking.control_every):
        return None
    met = ScriptMark.objects.filter(script__marking=marking, marker_id=marker_id).values("script__digest")
    rows = Script.objects.filter(marking=marking, control=True).exclude(digest__in=met)
    return rows.order_by("pk").first()


def _lend(marking: Marking, script: Script, role: Role, marker_id: int, at: datetime) -> ScriptLease:
    until_at = at + timedelta(minutes=marking.lease_minutes)
    return ScriptLease.objects.create(
        script=script, role=role, marker_id=marker_id, taken_at=at, until_at=until_at
    )


def _take_again(script: Script, lease: ScriptLease, at: datetime) -> ScriptLease:
    """The same role anew for who comes late, unless another has it or has marked it, or they gave it back."""
    if ScriptMark.objects.filter(script=script, marker_id=lease.marker_id).exists():
        raise MarkedAlready
    role = Role(lease.role)
    if role != Role.CONTROL:
        taken = script.leases.filter(role=role, ended_at__isnull=True).exists()
        if taken or script.marks.filter(role=role).exists():
            raise TakenByAnother
    return _lend(script.marking, script, role, lease.marker_id, at)


def _refuse_dependent(script: Script, marker_id: int, at: datetime) -> None:
    if script.candidate_id in queries.barred(marker_id, at=at):
        raise MayNotMark


def _go_on(script: Script, at: datetime) -> None:
    """What follows from the marks that a script has now."""
    marks = queries.marks_of(script)
    settled = rules.settle(marks, double=script.double, tolerance=script.tolerance)
    if settled is not None:
        marking_scripts.finish(script=script, settled=settled, at=at)
        return
    event = "differ" if {Role.FIRST, Role.SECOND} <= marks.keys() else "mark"
    script.state = SCRIPT.after(script.state, event)
    script.save(update_fields=["state"])


def _end_lapsed(marking: Marking, at: datetime) -> int:
    rows = ScriptLease.objects.filter(script__marking=marking, ended_at__isnull=True, until_at__lte=at)
    return rows.update(ended_at=at, ended=LeaseEnd.LAPSED)


def _end(lease: ScriptLease, how: LeaseEnd, at: datetime) -> None:
    lease.ended_at, lease.ended = at, how
    lease.save(update_fields=["ended_at", "ended"])
