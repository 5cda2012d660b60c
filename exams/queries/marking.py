"""Reads for marking by people: who may not mark whom, what their marks come to, and what a marker has before them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.queries import enrolments
from exams.models import Assessment, Marking, Script, ScriptLease, ScriptMark
from exams.rules import marking as rules
from exams.rules.marking import Role
from exams.rules.runs import Given
from exams.states import ScriptState


class UnknownScript(LookupError):
    """There is no such script for this marker."""


class UnknownMarking(LookupError):
    """Nothing of that number is marked in these organisations."""


@dataclass(frozen=True)
class DeskLine:
    """What one exam or coursework has for a marker: `waiting` are scripts that they may mark now, `third` among them
    those where two marks differ; `left` is how many scripts wait for anybody."""

    marking: Marking
    waiting: int
    third: int
    left: int
    done: int
    lease: ScriptLease | None


def barred(marker_id: int, *, at: datetime) -> frozenset[int]:
    """Whose scripts a person may not mark: their own, and those of everybody whom they have trained or assessed as a
    tutor in the last 24 months. Two statements."""
    since = rules.since(at)
    assessed = Assessment.objects.filter(tutor_id=marker_id, at__gte=since)
    trained = enrolments.trained_by(marker_id, since=since)
    return trained | {marker_id} | set(assessed.values_list("work__person_id", flat=True))


def markings(organisation_ids: Collection[UUID]) -> QuerySet[Marking]:
    """What people mark in these organisations, where there is any script."""
    home = Q(exam__organisation_id__in=organisation_ids) | Q(coursework__organisation_id__in=organisation_ids)
    rows = Marking.objects.filter(home, Exists(Script.objects.filter(marking=OuterRef("pk"))))
    return rows.select_related("exam", "coursework").order_by("exam__order", "coursework__order", "pk")


def marking(pk: int, *, organisation_ids: Collection[UUID]) -> Marking:
    """One of them; raises UnknownMarking."""
    found = markings(organisation_ids).filter(pk=pk).first()
    if found is None:
        raise UnknownMarking(pk)
    return found


def free_for(
    marking_id: int, marker_id: int, *, away: Collection[int], at: datetime
) -> list[tuple[Script, Role]]:
    """The scripts that a person may take now, in the order in which they are given: first those where two marks
    differ, then those that were begun, then the oldest. Three statements.

    Nobody has the same response twice, in whichever role or round.
    """
    mine = ScriptMark.objects.filter(script__marking_id=marking_id, marker_id=marker_id)
    seen = {tuple(row) for row in mine.values_list("script__sitting", "script__position", "script__work")}
    rows = Script.objects.filter(marking_id=marking_id).exclude(state=ScriptState.FINAL)
    rows = rows.exclude(candidate_id__in=away).defer("text", "task", "criteria").prefetch_related("marks")
    held: dict[int, set[str]] = defaultdict(set)
    open_leases = ScriptLease.objects.filter(script__marking_id=marking_id, ended_at__isnull=True)
    for script_id, role in open_leases.filter(until_at__gt=at).values_list("script", "role"):
        held[script_id].add(role)
    found = []
    for script in rows:
        if (script.sitting_id, script.position, script.work_id) in seen:
            continue
        done = {Role(mark.role) for mark in script.marks.all()}
        differing = script.state == ScriptState.DIFFERING
        for role in rules.wanted(done, double=script.double, differing=differing):
            if role not in held[script.pk]:
                found.append((script, role, len(done)))
                break
    found.sort(key=lambda one: (-one[2], one[0].opened_at, one[0].pk))
    return [(script, role) for script, role, _ in found]


def desk(organisation_ids: Collection[UUID], marker_id: int, *, at: datetime) -> list[DeskLine]:
    """A marker's desk: everything that is marked in these organisations. Three statements for each, and four more."""
    found = list(markings(organisation_ids))
    away = barred(marker_id, at=at)
    mine = ScriptMark.objects.filter(marker_id=marker_id, script__marking__in=found)
    done = dict(
        mine.exclude(role=Role.REFERENCE).order_by().values_list("script__marking").annotate(Count("pk"))
    )
    rows = ScriptLease.objects.filter(
        marker_id=marker_id, script__marking__in=found, ended_at__isnull=True, until_at__gt=at
    )
    leases = {lease.script.marking_id: lease for lease in rows.select_related("script")}
    waits = Script.objects.filter(marking__in=found).exclude(state=ScriptState.FINAL)
    left = dict(waits.order_by().values_list("marking").annotate(Count("pk")))
    lines = []
    for one in found:
        free = free_for(one.pk, marker_id, away=away, at=at)
        third = sum(1 for _, role in free if role == Role.ADJUDICATION)
        lines.append(
            DeskLine(one, len(free), third, left.get(one.pk, 0), done.get(one.pk, 0), leases.get(one.pk))
        )
    return lines


def lease(uuid: UUID, *, marker_id: int) -> ScriptLease:
    """A script that this person has or had, with what is asked of them; raises UnknownScript."""
    rows = ScriptLease.objects.filter(uuid=uuid, marker_id=marker_id)
    found = rows.select_related(
        "script__marking__exam", "script__marking__coursework", "script__work"
    ).first()
    if found is None:
        raise UnknownScript(uuid)
    return found


def marks_of(script: Script) -> dict[Role, dict[str, Fraction]]:
    """The points by criterion that stand in the marks of a script, by role. One statement unless prefetched."""
    of = rules.rubric(script.criteria)
    return {
        Role(mark.role): rules.points(of, mark.levels)
        for mark in script.marks.all()
        if mark.role != Role.CONTROL
    }


def given(sitting_ids: Iterable[int]) -> dict[int, list[Given]]:
    """What the marks of people come to for the essays of these sittings, worked out from the marks; later rounds come
    later. Two statements."""
    rows = Script.objects.filter(sitting__in=list(sitting_ids), final__isnull=False)
    rows = rows.select_related("final", "marking").prefetch_related("marks").order_by("round", "pk")
    found: dict[int, list[Given]] = defaultdict(list)
    for script in rows.defer("text", "task"):
        settled = rules.settle(marks_of(script), double=script.double, tolerance=script.tolerance)
        assert script.sitting_id and script.position, "the query asks for scripts of sittings alone"
        if settled is not None:
            found[script.sitting_id].append(
                Given(
                    script.position,
                    script.digest,
                    settled.total,
                    script.final.pk,
                    tuple(sorted(settled.points.items())),
                )
            )
    return found


def waiting(sitting_id: int) -> int:
    """How many scripts of a sitting are not final. One statement."""
    return Script.objects.filter(sitting_id=sitting_id).exclude(state=ScriptState.FINAL).count()
