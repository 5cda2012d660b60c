"""States of orders, refunds and seats, and the tables of their moves. The comment says who acts next."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lms.kit.machine import Machine


class OrderState(TextChoices):
    PLACED = "placed", _("Waits for payment")  # the buyer pays; finance records a transfer
    PART_PAID = "part_paid", _("Paid in part")  # the buyer pays the rest
    PAID = "paid", _("Paid")  # nobody; within the window the buyer may ask for a refund
    REFUNDED = "refunded", _("Refunded")  # nobody: all was given back
    CANCELLED = "cancelled", _("Cancelled")  # nobody; finance sends back what was paid for it


ORDER = Machine(
    "order",
    OrderState.PLACED,
    {
        OrderState.PLACED: {
            "pay_part": OrderState.PART_PAID,
            "pay": OrderState.PAID,
            "cancel": OrderState.CANCELLED,
        },
        OrderState.PART_PAID: {"pay": OrderState.PAID, "cancel": OrderState.CANCELLED},
        OrderState.PAID: {"refund": OrderState.REFUNDED},
        OrderState.REFUNDED: {},
        OrderState.CANCELLED: {},
    },
)


class RefundState(TextChoices):
    ASKED = "asked", _("Waits for a decision")  # a second person of finance approves or declines
    APPROVED = "approved", _("Approved, to be sent")  # finance sends the money, or the payment service does
    SENT = "sent", _("Sent")  # nobody
    DECLINED = "declined", _("Declined")  # nobody


REFUND = Machine(
    "refund",
    RefundState.ASKED,
    {
        RefundState.ASKED: {"approve": RefundState.APPROVED, "decline": RefundState.DECLINED},
        RefundState.APPROVED: {"send": RefundState.SENT},
        RefundState.SENT: {},
        RefundState.DECLINED: {},
    },
)


class RefundKind(TextChoices):
    """What a refund gives back."""

    LINES = "lines", _("of what was bought")
    OVER = "over", _("of what was paid beyond it")
    PART = "part", _("of a part that was paid")
    ELSEWHERE = "elsewhere", _("made at the payment service")


class CheckoutState(TextChoices):
    """How a payment page at the payment service stands, as far as we have asked."""

    ASKED = "asked", "Asked for"  # the payment service opens it
    OPEN = "open", "Open"  # the buyer pays
    WAITING = "waiting", "Waits for a bank"  # a bank says, in days, whether it pays
    PAID = "paid", _("Paid")  # nobody
    FAILED = "failed", "A bank did not pay"  # the buyer pays otherwise
    EXPIRED = "expired", "Expired"  # the buyer opens another


# What was seen last may have been seen late: nothing leads back from a later state to an earlier one.
CHECKOUT = Machine(
    "checkout",
    CheckoutState.ASKED,
    {
        CheckoutState.ASKED: {
            "open": CheckoutState.OPEN,
            "wait": CheckoutState.WAITING,
            "pay": CheckoutState.PAID,
            "fail": CheckoutState.FAILED,
            "expire": CheckoutState.EXPIRED,
        },
        CheckoutState.OPEN: {
            "wait": CheckoutState.WAITING,
            "pay": CheckoutState.PAID,
            "fail": CheckoutState.FAILED,
            "expire": CheckoutState.EXPIRED,
        },
        CheckoutState.WAITING: {"pay": CheckoutState.PAID, "fail": CheckoutState.FAILED},
        CheckoutState.PAID: {},
        CheckoutState.FAILED: {},
        CheckoutState.EXPIRED: {"pay": CheckoutState.PAID},
    },
)


class SeatState(TextChoices):
    OFFERED = "offered", _("Offered")  # the person takes it by the link in the letter
    TAKEN = "taken", _("Taken")  # the person begins; until then a manager may take it back
    BACK = "back", _("Taken back")  # nobody: somebody else may have the place


SEAT = Machine(
    "seat",
    SeatState.OFFERED,
    {
        SeatState.OFFERED: {"take": SeatState.TAKEN, "take_back": SeatState.BACK},
        SeatState.TAKEN: {"take_back": SeatState.BACK},
        SeatState.BACK: {},
    },
)


class Method(TextChoices):
    """How an order is to be paid."""

    TRANSFER = "transfer", _("by invoice and bank transfer")
    CARD = "card", _("by card")


class FindingKind(TextChoices):
    """What a comparison of the ledger with what follows from it has found."""

    RIGHT_MISSING = "right-missing", _("A paid line gave no entitlement: repaired")
    RIGHT_WRONG = "right-wrong", _("An entitlement differed from the ledger: repaired")
    RIGHT_BEGUN = "right-begun", _("An entitlement was ended that had been begun")
    NUMBER_MISSING = "number-missing", _("A number is missing among the invoices")
    STATE_WRONG = "state-wrong", _("An order's state differs from its payments")
    PAID_OVER = "paid-over", _("More was paid than is owed")
    PAID_CANCELLED = "paid-cancelled", _("A cancelled order was paid")
    ELSEWHERE = "elsewhere", _("The payment service tells something else")
    DISPUTED = "disputed", _("A payer's bank disputes a payment")


# What billing is told to sell, by the names that the apps give; another kind is shown by its name.
KINDS: dict[str, Any] = {
    "course": _("course"),
    "exam": _("exam"),
    "certification": _("certification"),
    "maintenance": _("maintenance"),
    "bundle": _("bundle"),
}
