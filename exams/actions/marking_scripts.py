"""Scripts: what is put to markers, and what becomes final."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from exams import signals
from exams.itemtypes import essay
from exams.models import Exam, FormItem, Marking, Script, ScriptFinal, Sitting, Work
from exams.rules import marking as rules
from exams.rules import runs
from exams.rules.marking import Double, Settled
from exams.states import SCRIPT, ScriptState
from lms.audit import trail
from lms.kit import digests


def rubric_digest(task: str, criteria: Sequence[Mapping[str, Any]]) -> str:
    """What binds a rubric to its task: scripts that share it can be compared."""
    return digests.digest({"task": task, "criteria": list(criteria)})


def open_for_sitting(
    *,
    sitting: Sitting,
    keys: Mapping[str, Any],
    values: Mapping[int, Any],
    positions: Sequence[int],
    at: datetime,
) -> int:
    """Puts the responses at these positions of a sitting that the caller has locked to markers; returns how many are
    new. `values` has the responses that count, `keys` the key that holds. A second call changes nothing."""
    assert sitting.form is not None, "only what was sat is marked"
    marking, _ = Marking.objects.get_or_create(exam=sitting.exam)
    items = {item["position"]: item for item in sitting.form.package["items"]}
    placed = FormItem.objects.filter(form=sitting.form, position__in=positions).select_related("version")
    looks_for = {one.position: one.version.rationales for one in placed}
    found = 0
    for position in positions:
        digest = runs.response_digest(values[position])
        if Script.objects.filter(sitting=sitting, position=position, digest=digest).exists():
            continue
        content = items[position]["content"]
        _open(
            marking,
            at=at,
            task=content["stem"],
            criteria=criteria_of(content, keys[str(position)], looks_for.get(position, {})),
            text=str(values[position]),
            digest=digest,
            name=f"{sitting.uuid}:{position}",
            sitting=sitting,
            position=position,
            candidate_id=sitting.candidate_id,
        )
        found += 1
    return found


def open_for_work(*, work: Work, text: str, digest: str, at: datetime) -> Script:
    """Puts a coursework that its learner has handed in, and that the caller has locked, to markers."""
    marking, _ = Marking.objects.get_or_create(coursework=work.coursework)
    return _open(
        marking,
        at=at,
        task=work.task,
        criteria=work.criteria,
        text=text,
        digest=digest,
        name=str(work.uuid),
        work=work,
        candidate_id=work.person_id,
    )


def open_again(*, sitting: Sitting, by_id: int, reason: str, at: datetime) -> int:
    """Puts what people have marked of a sitting that the caller has locked to other people, as another round; returns
    how many scripts. What was given before stands until the new round is final."""
    latest: dict[tuple[int | None, str], Script] = {}
    for script in Script.objects.filter(sitting=sitting).select_related("marking").order_by("round", "pk"):
        latest[(script.position, script.digest)] = script
    found = [script for script in latest.values() if script.state == ScriptState.FINAL]
    for script in found:
        _open(
            script.marking,
            at=at,
            task=script.task,
            criteria=script.criteria,
            text=script.text,
            digest=script.digest,
            name=f"{sitting.uuid}:{script.position}:{script.round + 1}",
            sitting=sitting,
            position=script.position,
            candidate_id=script.candidate_id,
            round=script.round + 1,
            reason=reason,
            asked_by_id=by_id,
        )
    return len(found)


def finish(*, script: Script, settled: Settled, at: datetime) -> None:
    """Makes final what a script that the caller has locked came to, and announces `script_marked`."""
    script.state = SCRIPT.after(script.state, "settle")
    script.save(update_fields=["state"])
    ScriptFinal.objects.create(
        script=script,
        how=settled.how,
        points={one: list(points.as_integer_ratio()) for one, points in settled.points.items()},
        at=at,
    )
    trail.record(
        "exams.script.settled",
        subject=f"exams.script:{script.pk}",
        at=at,
        actor_id=None,
        facts={"number": script.number, "how": str(settled.how)},
        organisation_id=script.marking.home.organisation_id,
    )
    signals.script_marked.announce(
        script_id=script.pk, sitting_id=script.sitting_id, work_id=script.work_id, at=at
    )


def criteria_of(
    content: Mapping[str, Any], key: Mapping[str, Any], looks_for: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rubric of an essay as it stands in a form and in the version of its item."""
    return [
        {
            "id": one["id"],
            "name": one["name"],
            "looks_for": looks_for.get(one["id"], ""),
            "levels": essay.levels_of(key, one["id"]),
        }
        for one in content["criteria"]
    ]


def number_for(marking: Marking) -> int:
    """A number that says nothing of when or by whom a script was written, and that no other has here."""
    taken = set(Script.objects.filter(marking=marking).values_list("number", flat=True))
    while (number := 10_000 + secrets.randbelow(90_000)) in taken:
        pass
    return number


def _open(
    marking: Marking, *, name: str, at: datetime, task: str, criteria: Sequence[Any], **said: Any
) -> Script:
    # The row is the lock: numbers are chosen one after another.
    Marking.objects.select_for_update().get(pk=marking.pk)
    exam: Exam | None = marking.exam
    script = Script.objects.create(
        marking=marking,
        number=number_for(marking),
        task=task,
        criteria=list(criteria),
        rubric_digest=rubric_digest(task, criteria),
        double=rules.is_double(Double(marking.double), marking.sample_percent, name),
        tolerance_numerator=marking.tolerance_numerator,
        tolerance_denominator=marking.tolerance_denominator,
        opened_at=at,
        **said,
    )
    trail.record(
        "exams.script.opened",
        subject=f"exams.script:{script.pk}",
        at=at,
        actor_id=None,
        facts={"number": script.number, "round": script.round, "exam": exam.key if exam else None},
        organisation_id=marking.home.organisation_id,
    )
    return script
