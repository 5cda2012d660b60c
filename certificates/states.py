"""States of applications and credentials, and the words for what may happen to them."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lms.kit.machine import Machine


class ApplicationState(TextChoices):
    SUBMITTED = "submitted", _("being decided")  # the rule or an awarding officer acts next
    WAITING = (
        "waiting",
        _("waiting for you"),
    )  # the applicant sends what was asked for; late, the sweep lets it lapse
    OFFERED = (
        "offered",
        _("lower level offered"),
    )  # the applicant accepts or declines; late, the sweep lets it lapse
    GRANTED = "granted", _("granted")  # nobody: the credential stands in the register
    REFUSED = "refused", _("refused")  # the applicant may appeal, or apply again when more is proven
    LAPSED = "lapsed", _("lapsed")  # the applicant did not answer in time, and may apply again
    WITHDRAWN = "withdrawn", _("withdrawn")  # nobody: the applicant took it back, and may apply again


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

    ASKED = "asked", _("asked")  # the referee answers; the applicant may take the request back
    GIVEN = "given", _("given")  # nobody: it is evidence
    DECLINED = "declined", _("declined")  # the applicant may ask somebody else
    UNFIT = "unfit", _("not admissible")  # nobody: the referee is a subordinate or a relative
    CANCELLED = "cancelled", _("taken back")  # nobody: the link no longer works


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
    LODGED = "lodged", _("lodged")  # a member of the panel votes; who lodged it may withdraw it
    HEARING = "hearing", _("being heard")  # further members of the panel vote
    UPHELD = (
        "upheld",
        _("upheld"),
    )  # an officer who took no part decides anew, where there is something to decide
    DISMISSED = "dismissed", _("dismissed")  # nobody: the decision stands
    WITHDRAWN = "withdrawn", _("withdrawn")  # nobody


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


class WatchState(TextChoices):
    """An employer's wish to be told how a credential stands."""

    ASKED = "asked", "asked"  # the holder consents or refuses
    WATCHING = "watching", "watching"  # nobody; the holder withdraws the consent, or the employer ends it
    REFUSED = "refused", "refused"  # nobody: the employer may ask again
    ENDED = "ended", "ended"  # nobody: the employer may ask again


WATCH: Machine[WatchState] = Machine(
    name="watch",
    start=WatchState.ASKED,
    moves={
        WatchState.ASKED: {
            "consent": WatchState.WATCHING,
            "refuse": WatchState.REFUSED,
            "end": WatchState.ENDED,
        },
        WatchState.WATCHING: {"end": WatchState.ENDED},
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
    REQUIREMENTS_MISSING = "requirements-missing", _("something that the level asks for is not proven")
    EVIDENCE_UNCONVINCING = "evidence-unconvincing", _("the evidence does not show what it is meant to show")
    REFERENCE_ADVERSE = "reference-adverse", _("a reference speaks against it")
    CODE_BROKEN = "code-broken", _("the code of ethics was broken")


class WaiverReason(TextChoices):
    EQUIVALENT = "equivalent", _("something of the same worth was shown")
    RECORDS_LOST = "records-lost", _("the records are lost, and others speak for it")
    NEARLY_REACHED = "nearly-reached", _("so little is missing that it does not matter")


class DoubtReason(TextChoices):
    OTHER_PASS = "other-pass", _("another passed result carries it")
    NOT_MATERIAL = "not-material", _("what was revised does not bear on it")
    TO_BE_SHOWN = "to-be-shown", _("the holder is to sit the exam again")
    ERROR = "error", _("it was granted in error")


class AppealKind(TextChoices):
    APPEAL = "appeal", _("appeal against a decision")
    COMPLAINT = "complaint", _("complaint about how it was decided")


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
    FEE_UNPAID = "fee-unpaid", "the maintenance fee stayed unpaid after suspension"
    ERROR = "error", "it was granted in error"


# What follows from the scheme's rule by itself, without an officer: a fee unpaid, hours unmet, and the way back.
BY_RULE: Final = (
    SuspensionReason.MAINTENANCE_UNMET.value,
    SuspensionReason.FEE_UNPAID.value,
    ReinstatementReason.MAINTENANCE_MET.value,
    ReinstatementReason.FEE_PAID.value,
)


class EditionKind(TextChoices):
    GRANT = "grant", _("grant")
    RENEWAL = "renewal", _("renewal")
    CORRECTION = "correction", _("corrected name")
    REDUCTION = "reduction", _("reduced scope")

    @classmethod
    def corrections(cls) -> list[str]:
        """Kinds that replace the edition that they correct, and keep its dates."""
        return [cls.CORRECTION.value, cls.REDUCTION.value]


class CorrectionReason(TextChoices):
    NAME_CHANGED = "name-changed", "the holder's name has changed"
    NAME_MISPRINTED = "name-misprinted", "the name was not printed as it is written"


class ReductionReason(TextChoices):
    HOLDER_ASKED = "holder-asked", "the holder asked for it"
    COMPETENCE_NOT_SHOWN = "competence-not-shown", "competence for the whole scope was not shown"


class ErasureReason(TextChoices):
    HOLDER_ASKED = "holder-asked", "the holder asked for it"
    KEPT_LONG_ENOUGH = "kept-long-enough", "it was kept for as long as it had to be"


class EntryRefusal(TextChoices):
    NO_EVIDENCE = "no-evidence", _("no evidence was sent")
    NOT_SHOWN = "not-shown", _("the evidence does not show it")
    OUTSIDE = "outside", _("it has nothing to do with the scheme")


class SampleState(TextChoices):
    ASKED = "asked", _("evidence asked for")  # the holder sends it
    SENT = "sent", _("being looked at")  # an officer accepts or refuses
    ACCEPTED = "accepted", _("accepted")  # nobody, until the next sample
    REFUSED = "refused", _("not accepted")  # the holder makes it good; an officer reinstates

    @classmethod
    def open_states(cls) -> list[str]:
        return [cls.ASKED.value, cls.SENT.value]


SAMPLE: Machine[SampleState] = Machine(
    name="sample of CPD",
    start=SampleState.ASKED,
    moves={
        SampleState.ASKED: {"send": SampleState.SENT, "refuse": SampleState.REFUSED},
        SampleState.SENT: {"accept": SampleState.ACCEPTED, "refuse": SampleState.REFUSED},
    },
)


class FeeState(TextChoices):
    OPEN = "open", _("to be paid")  # the holder pays, or the rule suspends
    PAID = "paid", _("paid")  # nobody
    CANCELLED = "cancelled", _("no longer asked for")  # nobody


FEE: Machine[FeeState] = Machine(
    name="annual fee",
    start=FeeState.OPEN,
    moves={FeeState.OPEN: {"pay": FeeState.PAID, "cancel": FeeState.CANCELLED}},
)


class NameRequestState(TextChoices):
    ASKED = "asked", "being decided"  # an officer decides
    GRANTED = "granted", "granted"  # nobody: a corrected edition stands
    REFUSED = "refused", "refused"  # the holder may ask again with other evidence


NAME_REQUEST: Machine[NameRequestState] = Machine(
    name="request for a corrected name",
    start=NameRequestState.ASKED,
    moves={NameRequestState.ASKED: {"grant": NameRequestState.GRANTED, "refuse": NameRequestState.REFUSED}},
)


class KeyPurpose(TextChoices):
    """What a key signs. Separate, so that the loss of one does not open the others."""

    CREDENTIAL = "credential", "credentials"
    JWT = "jwt", "credentials as tokens"
    PDF = "pdf", "certificates (PDF)"
    STATUS = "status", "status lists"
    LOG = "log", "checkpoints of the log"
    CA = "ca", "the certificates of the keys for PDF"


class KeyAlgorithm(TextChoices):
    ED25519 = "Ed25519", "Ed25519"
    RS256 = "RS256", "RSA with SHA-256 (PKCS #1 v1.5)"
    ES256 = "ES256", "ECDSA on P-256 with SHA-256"


class KeyState(TextChoices):
    ACTIVE = "active", "active"  # it signs; an administrator rotates it
    RETIRED = "retired", "retired"  # nobody: it is published while anything that it signed is in force
    COMPROMISED = "compromised", "compromised"  # nobody: what can't be shown to be older is issued again


KEY: Machine[KeyState] = Machine(
    name="key",
    start=KeyState.ACTIVE,
    moves={
        KeyState.ACTIVE: {"retire": KeyState.RETIRED, "compromise": KeyState.COMPROMISED},
        KeyState.RETIRED: {"compromise": KeyState.COMPROMISED},
    },
)
