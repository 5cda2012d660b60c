"""The attestation of a completed course."""

from courses.queries.enrolments import Completion
from lms.web.letter import Letter

SAYS_NOT = (
    "It is no certificate: nobody has decided that its bearer is competent, and it does not expire.",
    "It says nothing about an exam.",
    "It is neither issued nor approved by ISO or IEC, and certifies no organisation.",
)


def letter(completion: Completion, *, name: str) -> Letter:
    """What the attestation says of a completion; `name` is printed as it is. Who trained the learner is named."""
    led = (("Trained by", ", ".join(completion.trainers)),) if completion.trainers else ()
    return Letter(
        heading="Attestation of course completion",
        name=name,
        sentence=f"has completed the course {completion.course_title}: every lesson of it is done.",
        facts=(
            ("Course", completion.course_title),
            ("Completed on", completion.on.isoformat()),
            ("Professional development", _hours(completion)),
            *led,
            ("Enrolment", str(completion.enrolment_id)),
        ),
        says_not=SAYS_NOT,
        made_at=completion.completed_at,
    )


def _hours(completion: Completion) -> str:
    parts = [(completion.session_hours, "in sessions"), (completion.work_hours, "in work that was assessed")]
    said = " and ".join(f"{hours} {where}" for hours, where in parts if hours)
    return f"{completion.hours} hours" + (f", of which {said}" if said else "")
