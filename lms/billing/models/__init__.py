from lms.billing.models.baskets import Basket, BasketLine
from lms.billing.models.cards import Checkout, Comparison, Dispute, StripeEvent, TaxBooking
from lms.billing.models.entitlement import Entitlement, Redemption
from lms.billing.models.orders import (
    Document,
    Finding,
    Issuer,
    Order,
    OrderChange,
    OrderLine,
    Payment,
    Refund,
    RefundLine,
    Sequence,
)
from lms.billing.models.product import BundlePart, Coupon, Price, Product
from lms.billing.models.seats import Seat

__all__ = [
    "Basket",
    "BasketLine",
    "BundlePart",
    "Checkout",
    "Comparison",
    "Coupon",
    "Dispute",
    "Document",
    "Entitlement",
    "Finding",
    "Issuer",
    "Order",
    "OrderChange",
    "OrderLine",
    "Payment",
    "Price",
    "Product",
    "Redemption",
    "Refund",
    "RefundLine",
    "Seat",
    "Sequence",
    "StripeEvent",
    "TaxBooking",
]
