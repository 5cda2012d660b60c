"""The states of an enrolment, of a cohort, of a place in it of its sessions, and of a question."""

from django.db import models

from lms.kit.machine import Machine


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", "Enrolled"  # the learner acts next: studies, or leaves
    COMPLETED = "completed", "Completed"  # nobody acts: every lesson of the course is done
    WITHDRAWN = "withdrawn", "Withdrawn"  # the learner may come back, and finds everything as it was


class CohortState(models.TextChoices):
    OPEN = "open", "Open"  # learners join while they may; the trainer plans and holds its sessions
    CANCELLED = "cancelled", "Cancelled"  # nobody acts: its learners study on at their own pace


class PlaceState(models.TextChoices):
    WAITING = "waiting", "Waiting"  # nobody acts: the place that falls free is given to who waits longest
    HELD = "held", "Held"  # the learner comes to the sessions, or leaves
    LEFT = "left", "Left"  # the learner may ask for a place again


class SessionState(models.TextChoices):
    PLANNED = "planned", "Planned"  # the trainer holds it and takes attendance, moves it, or cancels it
    HELD = "held", "Held"  # nobody acts; attendance may still be put right
    CANCELLED = "cancelled", "Cancelled"  # nobody acts: it counts for nothing


class QuestionState(models.TextChoices):
    OPEN = "open", "Open"  # a trainer answers
    ANSWERED = "answered", "Answered"  # nobody acts: the learner may ask further


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
COHORT = Machine(
    name="cohort",
    start=CohortState.OPEN,
    moves={CohortState.OPEN: {"cancel": CohortState.CANCELLED}, CohortState.CANCELLED: {}},
)
PLACE = Machine(
    name="place in a cohort",
    start=PlaceState.WAITING,
    moves={
        PlaceState.WAITING: {"give": PlaceState.HELD, "leave": PlaceState.LEFT},
        PlaceState.HELD: {"leave": PlaceState.LEFT},
        PlaceState.LEFT: {"ask": PlaceState.WAITING},
    },
)
SESSION = Machine(
    name="session",
    start=SessionState.PLANNED,
    moves={
        SessionState.PLANNED: {"hold": SessionState.HELD, "cancel": SessionState.CANCELLED},
        SessionState.HELD: {},
        SessionState.CANCELLED: {},
    },
)
QUESTION = Machine(
    name="question to the trainer",
    start=QuestionState.OPEN,
    moves={
        QuestionState.OPEN: {"answer": QuestionState.ANSWERED},
        QuestionState.ANSWERED: {"ask": QuestionState.OPEN},
    },
)
