"""States of what exams keeps, and the tables of their moves. The comment says who acts next."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.kit.machine import Machine


class ItemState(TextChoices):
    DRAFT = "draft", "Draft"  # the author writes on, and submits
    REVIEW = "review", "In review"  # two reviewers who did not write it
    PILOT = "pilot", "Pilot"  # forms may try it out; an examiner promotes it or sends it back to its author
    LIVE = "live", "Live"  # forms may use it; an author may take it back to revise or retire it
    RETIRED = "retired", "Retired"  # nobody: it stays for the record


class FormState(TextChoices):
    ASSEMBLED = "assembled", "Assembled"  # an examiner opens it
    OPEN = "open", "Open"  # starting sittings take it, until an examiner retires it
    RETIRED = "retired", "Retired"  # nobody: sittings that have it go on


class CutMethod(TextChoices):
    """Where a form's own cut comes from."""

    ANGOFF = "angoff", "Modified Angoff"
    BEUK = "beuk", "Beuk"
    HOFSTEE = "hofstee", "Hofstee"
    EQUATED = "equated", "Equated to another form"


class StudyState(TextChoices):
    FIRST = "first", "First round"  # judges speak alone; an examiner goes on to the second, or ends it
    SECOND = "second", "Second round"  # the same judges rate again; an examiner closes the study
    CLOSED = "closed", "Closed"  # an examiner may propose its cut


class CutState(TextChoices):
    PROPOSED = "proposed", "Proposed"  # a second examiner approves or declines it
    APPROVED = "approved", "Approved"  # nobody: sittings of the form are marked by it
    DECLINED = "declined", _("Declined")  # nobody: another may be proposed


class SittingState(TextChoices):
    READY = "ready", _("Ready to start")  # the candidate starts, or cancels; the sweep notes who never came
    RUNNING = "running", _("Running")  # the candidate answers and hands in, or the clock does
    PAUSED = (
        "paused",
        _("Paused"),
    )  # an invigilator resumes, or the candidate whose break it is; the clock stands still
    CANCELLED = "cancelled", _("Cancelled")  # nobody: it never began
    MISSED = "missed", _("Missed")  # nobody: its window closed before it began
    SUBMITTED = "submitted", _("Handed in")  # the worker marks
    MARKED = "marked", _("Marked")  # nobody: the result goes on by itself


class ResultState(TextChoices):
    MARKED = "marked", _("Marked")  # an examiner releases; a practice result is released by rule
    RELEASED = "released", _("Released")  # nobody, unless an examiner annuls it
    ANNULLED = "annulled", _("Annulled")  # nobody, unless its candidate appeals: the reason stands beside it


class ClosedBy(TextChoices):
    HAND = "hand", "handed in by the candidate"
    CLOCK = "clock", "closed by the clock"
    STAFF = "staff", "ended by an invigilator"


class CreditState(TextChoices):
    PROPOSED = "proposed", "Proposed"  # a second person grants or declines it
    GRANTED = "granted", _("Granted")  # nobody: the deadline has moved
    DECLINED = "declined", _("Declined")  # nobody: the deadline stands


class CreditCause(TextChoices):
    PAUSE = "pause", "an interruption"
    BREAK = "break", "a break"
    OUTAGE = "outage", "the server was out of reach"
    STAFF = "staff", "an invigilator"


class AccommodationState(TextChoices):
    ASKED = "asked", _("Asked for")  # an examiner grants or declines it
    GRANTED = (
        "granted",
        _("Granted"),
    )  # nobody: it applies to every later entry by itself; an examiner may end it
    DECLINED = "declined", _("Declined")  # the candidate may ask again
    ENDED = "ended", _("Ended")  # nobody: it applies to no new entry


class AnswerFileState(TextChoices):
    RECEIVED = "received", "Received"  # an examiner proposes to admit what was answered in time
    PROPOSED = "proposed", "Proposed"  # a second examiner admits or declines
    ADMITTED = "admitted", "Admitted"  # nobody: a new score run counts it
    DECLINED = "declined", _("Declined")  # nobody: it stays as evidence


class KeyValidationState(TextChoices):
    PROPOSED = "proposed", "Proposed"  # a second examiner approves it or sends it back
    APPROVED = "approved", "Approved"  # nobody: the key that came of it counts, and results may be released
    RETURNED = "returned", "Sent back"  # an examiner proposes anew


class BatchState(TextChoices):
    PROPOSED = "proposed", "Proposed"  # a second examiner releases it or sends it back
    RELEASED = "released", _("Released")  # nobody: the candidates were told
    RETURNED = "returned", "Sent back"  # an examiner proposes anew


class PackState(TextChoices):
    ASKED = "asked", "Being made"  # the worker makes it
    READY = "ready", "Ready"  # nobody: another is made when the records have changed


class Release(TextChoices):
    """How the results of an exam are released: singly only where it certifies nothing. Those of a practice exam always are
    by rule."""

    SINGLY = "singly", "By one examiner, as they come"
    IN_BATCHES = "in-batches", "In batches, by two examiners, after the key was validated"


class AppealState(TextChoices):
    LODGED = "lodged", _("Lodged")  # a member of the panel votes; the candidate may withdraw it
    HEARING = (
        "hearing",
        _("Being heard"),
    )  # further members vote until enough agree; or the candidate withdraws it
    UPHELD = "upheld", _("Upheld")  # nobody, or examiners decide about the key
    DISMISSED = "dismissed", _("Dismissed")  # nobody: the candidate reads why
    WITHDRAWN = "withdrawn", pgettext_lazy("appeal", "Withdrawn")  # nobody, unless another is lodged in time


class LostPassState(TextChoices):
    OPEN = "open", "To be decided"  # an examiner lets the pass stand, or proposes to make it a fail
    PROPOSED = "proposed", "Proposed to fail"  # a second examiner makes it a fail; anyone lets it stand
    KEPT = "kept", "The pass stands"  # nobody
    REVISED = "revised", "Made a fail"  # nobody: the candidate was told


class ScriptState(TextChoices):
    WAITING = "waiting", "To be marked"  # a marker marks it, or two
    DIFFERING = "differing", "Marks differ"  # a third marker decides
    FINAL = "final", _("Marked")  # nobody: its points enter the score run


class LeaseEnd(TextChoices):
    """How it ended that a marker had a script."""

    MARKED = "marked", _("Marked")
    RETURNED = "returned", "Given back"
    LAPSED = "lapsed", "The time ran out"


class WorkState(TextChoices):
    OPEN = (
        "open",
        _("Handed in, may be replaced"),
    )  # the learner, until it is due or they say that it is final
    CLOSED = "closed", _("Being marked")  # markers
    MARKED = "marked", _("Marked")  # an examiner releases
    RELEASED = "released", _("Released")  # nobody, or the learner tries again


class TakeoverState(TextChoices):
    ASKED = "asked", _("Asked for")  # an invigilator grants or refuses it
    GRANTED = "granted", _("Granted")  # the device takes the lease
    REFUSED = "refused", "Refused"  # nobody: the device may ask again


class Takeover(TextChoices):
    """What a second device needs before it may write."""

    FREE = "free", "Nothing: the candidate just goes on there"
    ASK = "ask", "An invigilator's consent"


class IncidentKind(TextChoices):
    NOTE = "note", "Note"
    TECHNICAL = "technical", "Technical trouble"
    CONDUCT = "conduct", "Conduct"
    SAFE_BROWSER = "safe-browser", "Safe Exam Browser"


class ExamKind(TextChoices):
    EXAM = "exam", _("Exam")
    PRACTICE = "practice", _("Practice exam")


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
        ItemState.REVIEW: {"accept": ItemState.LIVE, "try out": ItemState.PILOT, "return": ItemState.DRAFT},
        ItemState.PILOT: {
            "promote": ItemState.LIVE,
            "send back": ItemState.DRAFT,
            "revise": ItemState.DRAFT,
            "retire": ItemState.RETIRED,
        },
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

STUDY = Machine(
    name="study of a cut",
    start=StudyState.FIRST,
    moves={
        StudyState.FIRST: {"go on": StudyState.SECOND, "end": StudyState.CLOSED},
        StudyState.SECOND: {"close": StudyState.CLOSED},
    },
)

CUT = Machine(
    name="cut of a form",
    start=CutState.PROPOSED,
    moves={CutState.PROPOSED: {"approve": CutState.APPROVED, "decline": CutState.DECLINED}},
)

PACK = Machine(
    name="evidence pack",
    start=PackState.ASKED,
    moves={PackState.ASKED: {"make": PackState.READY}},
)

SITTING = Machine(
    name="sitting",
    start=SittingState.READY,
    moves={
        SittingState.READY: {
            "start": SittingState.RUNNING,
            "cancel": SittingState.CANCELLED,
            "miss": SittingState.MISSED,
        },
        SittingState.RUNNING: {
            "submit": SittingState.SUBMITTED,
            "close": SittingState.SUBMITTED,
            "pause": SittingState.PAUSED,
            "terminate": SittingState.SUBMITTED,
        },
        SittingState.PAUSED: {
            "resume": SittingState.RUNNING,
            "close": SittingState.SUBMITTED,
            "terminate": SittingState.SUBMITTED,
        },
        SittingState.SUBMITTED: {"mark": SittingState.MARKED},
    },
)

RESULT = Machine(
    name="result",
    start=ResultState.MARKED,
    moves={
        ResultState.MARKED: {"release": ResultState.RELEASED, "revise": ResultState.MARKED},
        ResultState.RELEASED: {"annul": ResultState.ANNULLED, "revise": ResultState.RELEASED},
        ResultState.ANNULLED: {"restore": ResultState.RELEASED},
    },
)

CREDIT = Machine(
    name="credit",
    start=CreditState.PROPOSED,
    moves={CreditState.PROPOSED: {"grant": CreditState.GRANTED, "decline": CreditState.DECLINED}},
)

ACCOMMODATION = Machine(
    name="accommodation",
    start=AccommodationState.ASKED,
    moves={
        AccommodationState.ASKED: {
            "grant": AccommodationState.GRANTED,
            "decline": AccommodationState.DECLINED,
        },
        AccommodationState.GRANTED: {"end": AccommodationState.ENDED},
    },
)

ANSWER_FILE = Machine(
    name="answer file",
    start=AnswerFileState.RECEIVED,
    moves={
        AnswerFileState.RECEIVED: {"propose": AnswerFileState.PROPOSED, "decline": AnswerFileState.DECLINED},
        AnswerFileState.PROPOSED: {"admit": AnswerFileState.ADMITTED, "decline": AnswerFileState.DECLINED},
    },
)

KEY_VALIDATION = Machine(
    name="key validation",
    start=KeyValidationState.PROPOSED,
    moves={
        KeyValidationState.PROPOSED: {
            "approve": KeyValidationState.APPROVED,
            "return": KeyValidationState.RETURNED,
        },
    },
)

BATCH = Machine(
    name="batch",
    start=BatchState.PROPOSED,
    moves={BatchState.PROPOSED: {"release": BatchState.RELEASED, "return": BatchState.RETURNED}},
)

APPEAL = Machine(
    name="appeal",
    start=AppealState.LODGED,
    moves={
        AppealState.LODGED: {"hear": AppealState.HEARING, "withdraw": AppealState.WITHDRAWN},
        AppealState.HEARING: {
            "hear": AppealState.HEARING,
            "uphold": AppealState.UPHELD,
            "dismiss": AppealState.DISMISSED,
            "withdraw": AppealState.WITHDRAWN,
        },
    },
)

LOST_PASS = Machine(
    name="lost pass",
    start=LostPassState.OPEN,
    moves={
        LostPassState.OPEN: {"keep": LostPassState.KEPT, "propose": LostPassState.PROPOSED},
        LostPassState.PROPOSED: {"keep": LostPassState.KEPT, "revise": LostPassState.REVISED},
    },
)

SCRIPT = Machine(
    name="script",
    start=ScriptState.WAITING,
    moves={
        ScriptState.WAITING: {
            "mark": ScriptState.WAITING,
            "settle": ScriptState.FINAL,
            "differ": ScriptState.DIFFERING,
        },
        ScriptState.DIFFERING: {"settle": ScriptState.FINAL},
    },
)

WORK = Machine(
    name="work",
    start=WorkState.OPEN,
    moves={
        WorkState.OPEN: {
            "replace": WorkState.OPEN,
            "close": WorkState.CLOSED,
            "assess": WorkState.RELEASED,
        },
        WorkState.CLOSED: {"mark": WorkState.MARKED},
        WorkState.MARKED: {"release": WorkState.RELEASED},
    },
)

TAKEOVER = Machine(
    name="takeover",
    start=TakeoverState.ASKED,
    moves={TakeoverState.ASKED: {"grant": TakeoverState.GRANTED, "refuse": TakeoverState.REFUSED}},
)
