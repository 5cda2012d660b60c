"""Codes in words, for every page of billing."""

from django.utils.translation import gettext_lazy as _

from lms.billing.rules import coupons, refunds
from lms.billing.rules.seats import RowVerdict

COUPON = {
    coupons.Refusal.UNKNOWN: _("We know no such coupon. Look at how it is written, or take it out."),
    coupons.Refusal.NOT_YET: _("This coupon does not hold yet."),
    coupons.Refusal.EXPIRED: _("This coupon has expired. Take it out, or use another."),
    coupons.Refusal.ENDED: _("This coupon has been ended."),
    coupons.Refusal.USED_UP: _("This coupon has been used as often as it may be."),
    coupons.Refusal.USED_BY_YOU: _("You have used this coupon as often as one person may."),
    coupons.Refusal.OTHER_CURRENCY: _("This coupon is for another currency."),
    coupons.Refusal.OTHER_PRODUCT: _("This coupon is for something else than what is in your basket."),
}

REFUND = {
    refunds.Refusal.TOO_LATE: _("The days in which it could be given back are over."),
    refunds.Refusal.BEGUN: _("It has been begun, and what has begun is not given back."),
    refunds.Refusal.SEATS_TAKEN: _(
        "More places are offered or taken than would be left. Take places back first."
    ),
    refunds.Refusal.NOTHING_LEFT: _("Nothing of it is left to give back."),
    refunds.Refusal.NOT_PAID: _("It has not been paid."),
}

ROW = {
    RowVerdict.OFFERED: _("Offered a place; a letter is on its way."),
    RowVerdict.HAS_ONE: _("Has a place already. Nothing was changed."),
    RowVerdict.TWICE: _("Stands further up in this list too. Counted once."),
    RowVerdict.NO_ADDRESS: _("This is no e-mail address. Mend the row and send it again."),
    RowVerdict.NO_SEAT_LEFT: _("No place is left. Order more, or take one back."),
}
