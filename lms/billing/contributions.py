"""What billing answers to the registers on the ground."""

from lms.kit import gather
from lms.kit.gather import Holding

KEPT = "Shows what a use was granted for and that it was begun; tax law asks for the orders behind it."
HOLDINGS = (
    Holding("billing.Entitlement", "person", "Entitlements", KEPT),
    Holding("billing.Redemption", "person", "Uses of entitlements", KEPT),
)


def register() -> None:
    gather.PERSONAL.add(gather.PersonalPart("billing", 40, "Purchases", HOLDINGS))
