"""What the trail answers to the registers on the ground."""

from lms.audit import queries
from lms.audit.actions import sealing
from lms.kit import gather


def register() -> None:
    gather.PROOFS.add(gather.ProofPart("trail", 20, "verify_trail", sealing.seal))
    gather.READINESS.add(gather.ReadinessPart("trail", 25, queries.unsealed))
