"""States of applications and credentials, and the words for what may happen to them."""

from typing import Final

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
    GRANT = "grant", "grant"
    RENEWAL = "renewal", "renewal"
    CORRECTION = "correction", "corrected name"
    REDUCTION = "reduction", "reduced scope"

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
    NO_EVIDENCE = "no-evidence", "no evidence was sent"
    NOT_SHOWN = "not-shown", "the evidence does not show it"
    OUTSIDE = "outside", "it has nothing to do with the scheme"


class SampleState(TextChoices):
    ASKED = "asked", "evidence asked for"  # the holder sends it
    SENT = "sent", "being looked at"  # an officer accepts or refuses
    ACCEPTED = "accepted", "accepted"  # nobody, until the next sample
    REFUSED = "refused", "not accepted"  # the holder makes it good; an officer reinstates

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
    OPEN = "open", "to be paid"  # the holder pays, or the rule suspends
    PAID = "paid", "paid"  # nobody
    CANCELLED = "cancelled", "no longer asked for"  # nobody


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
