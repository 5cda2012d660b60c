"""What the trail answers to the registers on the ground."""

from lms.audit import queries
from lms.audit.actions import sealing
from lms.audit.models import Origin
from lms.kit import gather


def register() -> None:
    gather.PROOFS.add(gather.ProofPart("trail", 20, "verify_trail", sealing.seal))
    gather.PERSONAL.add(
        gather.PersonalPart(
            "audit",
            15,
            "Audit trail",
            (
                gather.Holding(
                    "audit.Entry",
                    "actor_id",
                    "What you did",
                    "Sealed, by your number alone, so that every decision can be accounted for.",
                ),
                gather.Holding(
                    "audit.Entry", "behind_id", "What you did in another's place", "Sealed as well."
                ),
                gather.Holding("audit.Origin", "person_id", "Addresses of the network that you acted from"),
            ),
        )
    )
    gather.RETENTION.add(
        gather.RetentionPart(
            "audit.origins",
            10,
            "Addresses of the network in the audit trail",
            "They tell who used an account that was stolen; the entries stay without them.",
            lambda before: Origin.objects.filter(at__lt=before).delete()[0],
        )
    )
    gather.READINESS.add(gather.ReadinessPart("trail", 25, queries.unsealed, stops=False))
