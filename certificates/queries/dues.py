"""The fee of an application, and whether it is paid: not a state of ours, but what billing says of its use."""

from dataclasses import dataclass

from certificates.models import Application
from certificates.queries import schemes
from certificates.rules import fees
from lms.billing import queries as billing


@dataclass(frozen=True)
class Due:
    """What is asked for an application, in minor units without tax, and whether it is paid."""

    product_key: str
    title: str
    amount_minor: int
    currency: str
    is_paid: bool


def use_key(application: Application) -> str:
    """How billing names the use of the fee for this application."""
    return f"certificates.application:{application.uuid}"


def of(application: Application) -> Due | None:
    """The fee of the level that was applied for, or None: it costs nothing, or follows from an appeal that was upheld."""
    if application.after_id is not None:
        return None
    scheme = schemes.version(version_id=application.version_id)
    asked_id = application.asked_level_id or application.level_id
    level = next(level for level in scheme.levels if level.id == asked_id)
    fee = scheme.fee("application", level.key)
    if fee is None or not fee["amount"]:
        return None
    product = fees.product(fee, scheme.key, scheme.code, level.key, level.title)
    assert product is not None
    return Due(
        product_key=product.key,
        title=product.title,
        amount_minor=fee["amount"],
        currency=fee["currency"],
        is_paid=billing.is_in_use(use_key(application)),
    )


def stands_paid(application: Application) -> bool:
    """Whether nothing is left to be paid for an application."""
    due = of(application)
    return due is None or due.is_paid
