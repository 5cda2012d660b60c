"""The states of an enrolment."""

from django.db import models

from lms.kit.machine import Machine


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", "Enrolled"  # the learner acts next: studies, or leaves
    COMPLETED = "completed", "Completed"  # nobody acts: every lesson of the course is done
    WITHDRAWN = "withdrawn", "Withdrawn"  # the learner may come back, and finds everything as it was


ENROLMENT = Machine(
    name="enrolment",
    start=EnrolmentState.ENROLLED,
    moves={
        EnrolmentState.ENROLLED: {
            "complete": EnrolmentState.COMPLETED,
            "withdraw": EnrolmentState.WITHDRAWN,
        },
        EnrolmentState.WITHDRAWN: {"return": EnrolmentState.ENROLLED},
        EnrolmentState.COMPLETED: {},
    },
)
