"""What billing announces."""

from lms.signals import Announcement

entitlement_granted = Announcement(
    "entitlement_granted",
    facts=("entitlement_id", "product_key", "person_id", "at"),
    says="A person may use a product: bought, given, or a seat taken. Places of an organisation that nobody has taken are not announced.",
)
entitlement_revoked = Announcement(
    "entitlement_revoked",
    facts=("entitlement_id", "product_key", "person_id", "use_keys", "at"),
    says="A person may no longer use a product: refunded, charged back, or the seat was taken back. `use_keys` names the uses that had not begun and were given back; whoever redeemed them ends the access.",
)
order_paid = Announcement(
    "order_paid",
    facts=("order_uuid", "buyer_id", "at"),
    says="An order is wholly paid; its entitlements are granted in the same transaction.",
)
refund_approved = Announcement(
    "refund_approved",
    facts=("refund_uuid", "order_uuid", "provider", "reference", "amount_minor", "currency", "at"),
    says="Money is to be sent back. `provider` and `reference` are those of the latest payment for the order; a transfer is sent by hand.",
)
