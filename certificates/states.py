"""States of applications and credentials, and the words for what may happen to them."""

from django.db.models import TextChoices

from lms.kit.machine import Machine


class ApplicationState(TextChoices):
    SUBMITTED = "submitted", "being decided"  # the rule or an awarding officer acts next
    GRANTED = "granted", "granted"  # nobody: the credential stands in the register
    REFUSED = "refused", "refused"  # the applicant may apply again when more is proven


APPLICATION: Machine[ApplicationState] = Machine(
    name="application",
    start=ApplicationState.SUBMITTED,
    moves={
        ApplicationState.SUBMITTED: {
            "grant": ApplicationState.GRANTED,
            "refuse": ApplicationState.REFUSED,
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
    HOLDER_ASKED = "holder-asked", "the holder asked for it"


class WithdrawalReason(TextChoices):
    VOLUNTARY = "voluntary", "the holder gave it up"
    DISCIPLINARY = "disciplinary", "the code of ethics or the rules of use were broken"
    MAINTENANCE_UNMET = "maintenance-unmet", "maintenance stayed unmet after suspension"
    ERROR = "error", "it was granted in error"
