"""What buyers, managers and finance type."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.exceptions import ValidationError

from lms.billing.rules import prices, rates, tax
from lms.billing.rules.coupons import CouponKind
from lms.billing.states import Method
from lms.kit import countries
from lms.privacy.queries.legal import Current

DATE = {"type": "date"}


def country_choices() -> list[tuple[str, str]]:
    return list(countries.names(get_language() or "en").items())


def minor(value: Any) -> int:
    """An amount that was typed, in minor units."""
    return round(value * 100)


class MoneyField(forms.DecimalField):
    """An amount with at most two digits behind the point."""

    def __init__(self, **kwargs: Any) -> None:
        facts = {"min_value": 0, "max_value": 1_000_000, "decimal_places": 2, **kwargs}
        super().__init__(**facts)


class CheckoutForm(forms.Form):
    coupon_fault: Any = ""  # why the coupon that is filled in takes nothing off, before anything was sent
    holder = forms.ChoiceField(label=_("For whom"))
    name = forms.CharField(
        label=_("Name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    company = forms.CharField(
        label=_("Company"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    street = forms.CharField(
        label=_("Street and number"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = forms.CharField(
        label=_("City"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    country = forms.ChoiceField(label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"}))
    vat_id = forms.CharField(
        label=_("VAT number"),
        max_length=20,
        required=False,
        help_text=_(
            "Of a business in the European Union, such as DE136695976. Elsewhere than in the seller’s country, the tax is then owed by you and not charged."
        ),
    )
    reference = forms.CharField(
        label=_("Your order number"),
        max_length=60,
        required=False,
        help_text=_("It stands on the invoice, so that your accounts find it."),
    )
    coupon = forms.CharField(label=_("Coupon"), max_length=40, required=False)
    method = forms.ChoiceField(label=_("How to pay"), choices=Method.choices, widget=forms.RadioSelect)
    binding = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        holders: Sequence[tuple[str, str]],
        conditions: str,
        texts: Sequence[Current] = (),
        takes_cards: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not takes_cards:
            del self.fields["method"]
        self.fields["holder"].choices = holders  # type: ignore[attr-defined]
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        self.fields["binding"].label = conditions
        if texts:
            links = [(text.kind, text.title) for text in texts]
            self.fields["binding"].help_text = format_html(
                str(_("With it I accept: {}")), format_html_join(" · ", '<a href="/legal/{}/">{}</a>', links)
            )
        if len(holders) == 1:
            self.fields["holder"].widget = forms.HiddenInput()
            self.fields["holder"].initial = holders[0][0]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("vat_id") and given.get("country"):
            try:
                given["vat_id"] = tax.vat_id(given["vat_id"], given["country"])
            except tax.UnfitVatId:
                self.add_error(
                    "vat_id",
                    _(
                        "This is no VAT number of that country: look at its letters and its digits. Without one you can order too; the tax is charged then."
                    ),
                )
        return given


class PaymentForm(forms.Form):
    amount = MoneyField(
        label=_("Amount"),
        min_value=0.01,
        max_value=10_000_000_000,
        help_text=_("What arrived, also if it is less or more than is due."),
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=120,
        help_text=_("Of the transfer on the bank statement. The same reference counts once."),
    )
    received_on = forms.DateField(
        label=_("Arrived on"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )


class DeclineForm(forms.Form):
    note = forms.CharField(label=_("Why not"), max_length=200)


class SentForm(forms.Form):
    reference = forms.CharField(label=_("Reference of the transfer"), max_length=100)


class SearchForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("outstanding", _("To be paid")),
            ("paid", _("Paid")),
            ("refunded", _("Refunded")),
            ("cancelled", _("Cancelled")),
        ],
    )
    text = forms.CharField(
        label=_("Number, name or reference"), required=False, max_length=80, widget=forms.TextInput()
    )


class CouponForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9-]{3,40}$",
        label=_("Code"),
        max_length=40,
        error_messages={"invalid": _("Letters, digits and hyphens, three at least.")},
        help_text=_("What people type; capitals or not."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (CouponKind.PERCENT, _("per cent off")),
            (CouponKind.AMOUNT, _("an amount off the order")),
            (CouponKind.FIXED, _("a fixed price for the product")),
        ],
    )
    value = MoneyField(label=_("Value"), help_text=_("Per cent, or the amount."))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(one, one) for one in prices.CURRENCIES])
    product = forms.ChoiceField(required=False, label=_("Only for"))
    valid_until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text=_("In UTC."),
    )
    limit = forms.IntegerField(label=_("Uses in all"), required=False, min_value=1, max_value=1_000_000)
    limit_each = forms.IntegerField(label=_("Uses per person"), required=False, min_value=1, max_value=1000)
    reason = forms.RegexField(
        r"^[a-z0-9-]{2,40}$",
        label=_("Reason code"),
        max_length=40,
        error_messages={"invalid": _("Small letters, digits and hyphens.")},
        help_text=_("For your accounts, such as partner-2026."),
    )

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = [("", _("everything")), *products]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == CouponKind.PERCENT and given.get("value", 0) > 100:
            self.add_error("value", _("At most 100 per cent."))
        if given.get("kind") == CouponKind.FIXED and not given.get("product"):
            self.add_error("product", _("A fixed price is for one product: choose it."))
        return given


class PriceForm(forms.Form):
    amount = MoneyField(label=_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(one, one) for one in prices.CURRENCIES])
    includes_tax = forms.BooleanField(label=_("The price includes the buyer’s tax"), required=False)
    valid_from = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text=_("Empty: from now on. What was ordered before keeps its price."),
    )
    tiers = forms.CharField(
        label=_("Discounts for quantity"),
        required=False,
        max_length=200,
        help_text=_("Such as 10: 10, 25: 15 for 10 per cent off from ten on and 15 from twenty-five on."),
    )

    def clean_tiers(self) -> list[tuple[int, int]]:
        """Pairs of the quantity and the basis points off."""
        found = []
        for part in filter(None, (one.strip() for one in self.cleaned_data["tiers"].split(","))):
            start, off = part.partition(":")[::2]
            try:
                pair = int(start), round(float(off) * 100)
            except (ValueError, OverflowError):
                raise forms.ValidationError(
                    _("“%(part)s” is not a quantity, a colon and a percentage.") % {"part": part}
                ) from None
            if not (2 <= pair[0] <= 1000 and 0 < pair[1] <= 10_000):
                raise forms.ValidationError(
                    _("“%(part)s”: from 2 to 1000 on, at most 100 per cent.") % {"part": part}
                )
            found.append(pair)
        return sorted(found)


class BundleForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    amount = MoneyField(label=_("Price"), help_text=_("Without tax; other prices are set on its page."))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(one, one) for one in prices.CURRENCIES])
    parts = forms.MultipleChoiceField(
        label=_("What it holds"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Each is granted by itself once the bundle is paid. What it holds can’t be changed later: make another then."
        ),
    )

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = products  # type: ignore[attr-defined]


class ProductForm(forms.Form):
    on_sale = forms.BooleanField(label=_("Can be ordered"), required=False)
    valid_days = forms.IntegerField(
        label=_("Days for which places of an organisation last"), min_value=1, max_value=3660
    )


class IssuerForm(forms.Form):
    organisation = forms.ChoiceField(label=_("Organisation"))
    legal_name = forms.CharField(label=_("Legal name"), max_length=160)
    street = forms.CharField(label=_("Street and number"), max_length=160)
    postcode = forms.CharField(label=_("Postcode"), max_length=20)
    city = forms.CharField(label=_("City"), max_length=80)
    country = forms.ChoiceField(
        label=_("Country"), help_text=_("Where tax is owed; countries whose rates are known.")
    )
    vat_id = forms.CharField(label=_("VAT number"), max_length=20, required=False)
    iban = forms.CharField(label="IBAN", max_length=42)
    bic = forms.CharField(label="BIC", max_length=11, required=False)
    email = forms.EmailField(label=_("Address for questions"))
    number_prefix = forms.RegexField(
        r"^[A-Z0-9]{1,8}$",
        label=_("How numbers begin"),
        error_messages={"invalid": _("Capitals and digits, eight at most.")},
    )
    payment_days = forms.IntegerField(label=_("Days to pay"), min_value=0, max_value=180)
    refund_days = forms.IntegerField(
        label=_("Days in which buyers may give back"), min_value=0, max_value=365
    )

    def __init__(self, *args: Any, organisations: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]
        known = [(code, name) for code, name in country_choices() if code in rates.SHOWN_WITH_TAX]
        self.fields["country"].choices = known  # type: ignore[attr-defined]

    def clean_iban(self) -> str:
        try:
            return str(iban.validate(self.cleaned_data["iban"]))
        except ValidationError:
            raise forms.ValidationError(_("This is no IBAN: its check digits are others.")) from None


class SeatForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class SeatListForm(forms.Form):
    file = forms.FileField(
        label=_("A list as CSV"),
        help_text=_(
            "One e-mail address in each row, in the first column or in the one that is headed “email”. At most a thousand rows."
        ),
    )
