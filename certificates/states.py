"""States of applications and credentials, and the words for what may happen to them."""

from django.db.models import TextChoices

from lms.kit.machine import Machine


class ApplicationState(TextChoices):
    SUBMITTED = "submitted", "being decided"  # the rule or an awarding officer acts next
    WAITING = (
        "waiting",
        "waiting for you",
    )  # the applicant sends what was asked for; late, the sweep lets it lapse
    OFFERED = (
        "offered",
        "lower level offered",
    )  # the applicant accepts or declines; late, the sweep lets it lapse
    GRANTED = "granted", "granted"  # nobody: the credential stands in the register
    REFUSED = "refused", "refused"  # the applicant may appeal, or apply again when more is proven
    LAPSED = "lapsed", "lapsed"  # the applicant did not answer in time, and may apply again
    WITHDRAWN = "withdrawn", "withdrawn"  # nobody: the applicant took it back, and may apply again


APPLICATION: Machine[ApplicationState] = Machine(
    name="application",
    start=ApplicationState.SUBMITTED,
    moves={
        ApplicationState.SUBMITTED: {
            "grant": ApplicationState.GRANTED,
            "refuse": ApplicationState.REFUSED,
            "ask": ApplicationState.WAITING,
            "offer": ApplicationState.OFFERED,
            "withdraw": ApplicationState.WITHDRAWN,
        },
        ApplicationState.WAITING: {
            "answer": ApplicationState.SUBMITTED,
            "lapse": ApplicationState.LAPSED,
            "withdraw": ApplicationState.WITHDRAWN,
        },
        ApplicationState.OFFERED: {
            "accept": ApplicationState.GRANTED,
            "decline": ApplicationState.SUBMITTED,
            "lapse": ApplicationState.LAPSED,
            "withdraw": ApplicationState.WITHDRAWN,
        },
    },
)


class ReferenceState(TextChoices):
    """A reference on its way."""

    ASKED = "asked", "asked"  # the referee answers; the applicant may take the request back
    GIVEN = "given", "given"  # nobody: it is evidence
    DECLINED = "declined", "declined"  # the applicant may ask somebody else
    UNFIT = "unfit", "not admissible"  # nobody: the referee is a subordinate or a relative
    CANCELLED = "cancelled", "taken back"  # nobody: the link no longer works


REFERENCE: Machine[ReferenceState] = Machine(
    name="reference",
    start=ReferenceState.ASKED,
    moves={
        ReferenceState.ASKED: {
            "give": ReferenceState.GIVEN,
            "decline": ReferenceState.DECLINED,
            "bar": ReferenceState.UNFIT,
            "cancel": ReferenceState.CANCELLED,
        },
    },
)


class DoubtState(TextChoices):
    """What becomes of a credential whose evidence was revised or annulled."""

    OPEN = "open", "to be decided"  # an awarding officer keeps, suspends or withdraws
    KEPT = "kept", "kept"  # nobody: the credential stands as it did
    SUSPENDED = "suspended", "suspended"  # an officer reinstates or withdraws it in the register
    WITHDRAWN = "withdrawn", "withdrawn for error"  # nobody; the holder may appeal


DOUBT: Machine[DoubtState] = Machine(
    name="doubt",
    start=DoubtState.OPEN,
    moves={
        DoubtState.OPEN: {
            "keep": DoubtState.KEPT,
            "suspend": DoubtState.SUSPENDED,
            "withdraw": DoubtState.WITHDRAWN,
        },
    },
)


class AppealState(TextChoices):
    LODGED = "lodged", "lodged"  # a member of the panel votes; who lodged it may withdraw it
    HEARING = "hearing", "being heard"  # further members of the panel vote
    UPHELD = (
        "upheld",
        "upheld",
    )  # an officer who took no part decides anew, where there is something to decide
    DISMISSED = "dismissed", "dismissed"  # nobody: the decision stands
    WITHDRAWN = "withdrawn", "withdrawn"  # nobody


APPEAL: Machine[AppealState] = Machine(
    name="appeal against a decision",
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


class CredentialState(TextChoices):
    """What the register has done to a credential. Expiry is no state: it is computed from the dates."""

    GRANTED = "granted", "granted"  # the holder maintains it; an officer may suspend or withdraw
    SUSPENDED = "suspended", "suspended"  # an officer reinstates or withdraws
    WITHDRAWN = "withdrawn", "withdrawn"  # nobody: it never stands again


CREDENTIAL: Machine[CredentialState] = Machine(
    name="credential",
    start=CredentialState.GRANTED,
    moves={
        CredentialState.GRANTED: {
            "suspend": CredentialState.SUSPENDED,
            "withdraw": CredentialState.WITHDRAWN,
        },
        CredentialState.SUSPENDED: {
            "reinstate": CredentialState.GRANTED,
            "withdraw": CredentialState.WITHDRAWN,
        },
    },
)


class EvidenceKind(TextChoices):
    EXAM = "exam", "exam result"
    EXAM_ANNULLED = "exam_annulled", "annulment of an exam result"
    COURSE = "course", "course completion"
    CODE_OF_ETHICS = "code_of_ethics", "signed code of ethics"
    EXPERIENCE = "experience", "professional experience"
    HOURS = "hours", "project or audit hours"
    REFERENCES = "references", "reference"
    RETRACTED = "retracted", "taken back by the applicant"


class RefusalReason(TextChoices):
    REQUIREMENTS_MISSING = "requirements-missing", "something that the level asks for is not proven"
    EVIDENCE_UNCONVINCING = "evidence-unconvincing", "the evidence does not show what it is meant to show"
    REFERENCE_ADVERSE = "reference-adverse", "a reference speaks against it"
    CODE_BROKEN = "code-broken", "the code of ethics was broken"


class WaiverReason(TextChoices):
    EQUIVALENT = "equivalent", "something of the same worth was shown"
    RECORDS_LOST = "records-lost", "the records are lost, and others speak for it"
    NEARLY_REACHED = "nearly-reached", "so little is missing that it does not matter"


class DoubtReason(TextChoices):
    OTHER_PASS = "other-pass", "another passed result carries it"
    NOT_MATERIAL = "not-material", "what was revised does not bear on it"
    TO_BE_SHOWN = "to-be-shown", "the holder is to sit the exam again"
    ERROR = "error", "it was granted in error"


class AppealKind(TextChoices):
    APPEAL = "appeal", "appeal against a decision"
    COMPLAINT = "complaint", "complaint about how it was decided"


class Outcome(TextChoices):
    GRANTED = "granted", "granted"
    REFUSED = "refused", "refused"


class SuspensionReason(TextChoices):
    MAINTENANCE_UNMET = "maintenance-unmet", "maintenance is not met"
    FEE_UNPAID = "fee-unpaid", "the maintenance fee is not paid"
    COMPLAINT_OPEN = "complaint-open", "a complaint is being looked into"
    EVIDENCE_IN_DOUBT = "evidence-in-doubt", "evidence that it rests on is in doubt"
    HOLDER_ASKED = "holder-asked", "the holder asked for it"


class ReinstatementReason(TextChoices):
    MAINTENANCE_MET = "maintenance-met", "maintenance is met again"
    FEE_PAID = "fee-paid", "the maintenance fee is paid"
    COMPLAINT_CLOSED = "complaint-closed", "the complaint is closed"
    EVIDENCE_CONFIRMED = "evidence-confirmed", "the evidence is confirmed"
    APPEAL_UPHELD = "appeal-upheld", "an appeal was upheld"
    HOLDER_ASKED = "holder-asked", "the holder asked for it"


class WithdrawalReason(TextChoices):
    VOLUNTARY = "voluntary", "the holder gave it up"
    DISCIPLINARY = "disciplinary", "the code of ethics or the rules of use were broken"
    MAINTENANCE_UNMET = "maintenance-unmet", "maintenance stayed unmet after suspension"
    ERROR = "error", "it was granted in error"
