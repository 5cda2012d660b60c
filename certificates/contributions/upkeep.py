"""What a holder has to do next for their certificates, on the desk: renew, pay, show hours."""

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.models import FeeDemand, SampleCase
from certificates.queries import credentials
from certificates.queries.credentials import CredentialView
from certificates.rules.standing import Standing
from certificates.states import FeeState, SampleState
from lms.kit.gather import DeskCard, DeskQuery


def cards(query: DeskQuery) -> Sequence[DeskCard]:
    views = {
        view.credential.pk: view for view in credentials.of_person(person_id=query.person_id, at=query.at)
    }
    if not views:
        return []
    due = [view for view in views.values() if view.due or view.in_grace]
    fees = FeeDemand.objects.filter(credential__in=views, state=FeeState.OPEN)
    asked = SampleCase.objects.filter(credential__in=views, state=SampleState.ASKED)
    return [
        *(_renewal(view) for view in due),
        *(_fee(views[fee.credential_id], fee) for fee in fees),
        *(_sample(views[case.credential_id], case) for case in asked),
    ]


def _renewal(view: CredentialView) -> DeskCard:
    closes = _("It has expired, and renewal is still open.") if view.in_grace else _("Renewal is open.")
    if view.answer.standing is Standing.VALID:
        days = view.days_left
        closes = (
            ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days} + f". {closes}"
            if days
            else _("Today is its last valid day.") + f" {closes}"
        )
    return _card(view, "renewal", _("Renew your certificate"), closes, _("See what is missing"), "due")


def _fee(view: CredentialView, fee: FeeDemand) -> DeskCard:
    text = _("Invoice %(invoice)s, due on %(due_on)s. Unpaid, it suspends the certificate in the end.") % {
        "invoice": fee.invoice,
        "due_on": fee.due_on,
    }
    card = _card(view, f"fee:{fee.uuid}", _("Pay the annual fee"), text, _("See the invoice"), "")
    return replace(card, url=reverse("certificates:fee", args=[fee.uuid]))


def _sample(view: CredentialView, case: SampleCase) -> DeskCard:
    text = _("You were drawn by lot. Add a file to every entry of your log until %(due_on)s.") % {
        "due_on": case.due_on
    }
    return _card(view, f"sample:{case.uuid}", _("Show your hours"), text, _("Open your log"), "")


def _card(view: CredentialView, key: str, title: str, text: str, action: str, standing: str) -> DeskCard:
    return DeskCard(
        key=f"{key}:{view.number}",
        group="next",
        eyebrow=f"{view.edition.facts['level']['title']}, {view.number}",
        title=title,
        text=text,
        url=reverse("certificates:maintenance", args=[view.number]),
        action=action,
        standing=standing,
    )
