"""An exam with an essay, and people who mark it."""

from fractions import Fraction
from typing import Any

from courses.actions import requirements
from exams.actions import coursework as actions
from exams.actions import marking, marking_desk, sittings
from exams.models import Blueprint, Coursework, Exam, Marking, Script, ScriptMark, Sitting, Work
from lms.jobs import worker
from tests import cast
from tests.factories import exams as make

FULL = {"1": 2, "2": 1}  # of the rubric of the sample: 2 points, and 1.5
HALF = {"1": 1, "2": 0}  # 1 point


def essay_exam(key: str = "essays", **said: Any) -> Exam:
    """One single best answer and one essay of 3.5 points; `said` are settings of the marking."""
    home = make.bank(f"bank-{key}")
    make.live_item(f"{key}-single", in_bank=home, domain=1)
    make.live_item(f"{key}-essay", in_bank=home, draft=make.kind_draft("essay", domain=2))
    exam = make.exam(key, length=2, forms=0)
    Blueprint.objects.filter(pk=exam.blueprint_id).update(
        kinds=["single", "essay"],
        domains=[{"number": n, "title": f"Domain {n}", "weight": 50} for n in (1, 2)],
    )
    make.another_form(exam)
    Marking.objects.create(exam=exam, **({"control_every": 0} | said))
    return exam


def written(exam: Exam, person: Any, text: str = "Because.\n\nSo.") -> Sitting:
    """Handed in with the right answer and this essay, and put to the markers."""
    sitting = make.running(exam, person)
    position = make.position_of(sitting, "essay")
    make.answer(sitting, {position: text, 3 - position: "b"})
    sitting = sittings.submit(sitting_uuid=sitting.uuid, person_id=person.pk)
    marking.mark(sitting_id=sitting.pk)
    return sitting


def essays_alone(key: str = "alone", **said: Any) -> Exam:
    """One essay of 3.5 points and nothing else."""
    home = make.bank(f"bank-{key}")
    make.live_item(f"{key}-essay", in_bank=home, draft=make.kind_draft("essay"))
    exam = make.exam(key, length=1, forms=0)
    Blueprint.objects.filter(pk=exam.blueprint_id).update(
        kinds=["essay"], domains=[{"number": 1, "title": "Domain 1", "weight": 100}]
    )
    make.another_form(exam)
    Marking.objects.create(exam=exam, **({"control_every": 0} | said))
    return exam


def written_alone(exam: Exam, person: Any, text: str) -> Sitting:
    """Handed in with this essay, and put to the markers."""
    sitting = make.running(exam, person)
    make.answer(sitting, {1: text})
    sitting = sittings.submit(sitting_uuid=sitting.uuid, person_id=person.pk)
    marking.mark(sitting_id=sitting.pk)
    return sitting


def by(name: str, of: Exam | Any, levels: dict[str, int], **said: Any) -> ScriptMark:
    """The next script for this marker, marked with these levels."""
    marker = cast.person(name)
    lease = marking_desk.take(marking_id=of.marking.pk, marker_id=marker.pk)
    values = {"comments": {"1": f"{name.capitalize()} on the reason."}, "comment": "Read."} | said
    return marking_desk.mark(lease_uuid=lease.uuid, marker_id=marker.pk, levels=levels, **values)


def total(script: Script) -> Fraction:
    return Script.objects.select_related("final").get(pk=script.pk).final.total


CRITERIA = [
    {
        "id": str(number),
        "name": name,
        "looks_for": f"A {name.lower()}.",
        "levels": [{"points": str(2 * level), "says": f"{name} {level}."} for level in range(3)],
    }
    for number, name in enumerate(("Requirement", "Evidence"), 1)
]
GOOD = {"1": 2, "2": 1}  # 6 of 8 points
POOR = {"1": 0, "2": 1}  # 2 of 8


def coursework(key: str = "pack", **said: Any) -> Coursework:
    """A required coursework of the small course, due 30 days after enrolment, 60 % to pass."""
    values = {
        "title": f"Coursework {key}",
        "brief": "Write it down.",
        "organisation_id": make.bank().organisation_id,
        "course_key": "small",
        "required": True,
        "criteria": CRITERIA,
        "rubric_digest": "a" * 64,
        "due_days": 30,
    }
    made = Coursework.objects.create(key=key, **(values | said))
    Marking.objects.create(coursework=made, control_every=0)
    if made.required or made.hours:
        requirements.require(
            course_key=made.course_key, key=key, title=made.title, path=f"/coursework/{key}/",
            needed=made.required, hours=made.hours,
        )  # fmt: skip
    return made


def handed_in(of: Coursework, person: Any, text: str = "No register.", **said: Any) -> Work:
    actions.hand_in(coursework_key=of.key, person_id=person.pk, text=text, **said)
    return Work.objects.get(coursework=of, person=person, state="open")


def marked_work(of: Coursework, person: Any, levels: dict[str, int]) -> Work:
    """Handed in, given to the markers, and marked by Ivo."""
    work = handed_in(of, person)
    actions.finish(work_uuid=work.uuid, person_id=person.pk)
    by("ivo", of, levels)
    worker.run_due()
    return Work.objects.get(pk=work.pk)
