"""States of what exams keeps, and the tables of their moves. The comment says who acts next."""

from django.db.models import TextChoices

from lms.kit.machine import Machine


class ItemState(TextChoices):
    DRAFT = "draft", "Draft"  # the author writes on, and submits
    REVIEW = "review", "In review"  # two reviewers who did not write it
    LIVE = "live", "Live"  # forms may use it; an author may take it back to revise or retire it
    RETIRED = "retired", "Retired"  # nobody: it stays for the record


class FormState(TextChoices):
    ASSEMBLED = "assembled", "Assembled"  # an examiner opens it
    OPEN = "open", "Open"  # starting sittings take it, until an examiner retires it
    RETIRED = "retired", "Retired"  # nobody: sittings that have it go on


class SittingState(TextChoices):
    READY = "ready", "Ready to start"  # the candidate starts
    RUNNING = "running", "Running"  # the candidate answers and hands in, or the clock does
    SUBMITTED = "submitted", "Handed in"  # the worker marks
    MARKED = "marked", "Marked"  # nobody: the result goes on by itself


class ResultState(TextChoices):
    MARKED = "marked", "Marked"  # an examiner releases; a practice result is released by rule
    RELEASED = "released", "Released"  # nobody, unless an examiner annuls it
    ANNULLED = "annulled", "Annulled"  # nobody: the reason stands beside it


class ClosedBy(TextChoices):
    HAND = "hand", "handed in by the candidate"
    CLOCK = "clock", "closed by the clock"


class ExamKind(TextChoices):
    EXAM = "exam", "Exam"
    PRACTICE = "practice", "Practice exam"


class Pool(TextChoices):
    EXAM = "exam", "Exam pool"
    PRACTICE = "practice", "Practice pool"


class Level(TextChoices):
    UNDERSTAND = "understand", "Understand"
    APPLY = "apply", "Apply"
    ANALYSE = "analyse", "Analyse"


class ReviewVerdict(TextChoices):
    ACCEPT = "accept", "Accepted"
    RETURN = "return", "Returned to the author"


class Lease(TextChoices):
    """What kind of page holds the right to write in a sitting."""

    FORM = "form", "plain form pages"
    TAB = "tab", "a tab with the player"


ITEM = Machine(
    name="item",
    start=ItemState.DRAFT,
    moves={
        ItemState.DRAFT: {"submit": ItemState.REVIEW, "retire": ItemState.RETIRED},
        ItemState.REVIEW: {"accept": ItemState.LIVE, "return": ItemState.DRAFT},
        ItemState.LIVE: {"revise": ItemState.DRAFT, "retire": ItemState.RETIRED},
    },
)

FORM = Machine(
    name="form",
    start=FormState.ASSEMBLED,
    moves={
        FormState.ASSEMBLED: {"open": FormState.OPEN, "retire": FormState.RETIRED},
        FormState.OPEN: {"retire": FormState.RETIRED},
    },
)

SITTING = Machine(
    name="sitting",
    start=SittingState.READY,
    moves={
        SittingState.READY: {"start": SittingState.RUNNING},
        SittingState.RUNNING: {"submit": SittingState.SUBMITTED, "close": SittingState.SUBMITTED},
        SittingState.SUBMITTED: {"mark": SittingState.MARKED},
    },
)

RESULT = Machine(
    name="result",
    start=ResultState.MARKED,
    moves={
        ResultState.MARKED: {"release": ResultState.RELEASED},
        ResultState.RELEASED: {"annul": ResultState.ANNULLED},
    },
)
