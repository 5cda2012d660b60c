"""`manage.py reconcile`: orders held against Stripe, payments, entitlements and invoices."""

from typing import Any

from django.core.management.base import BaseCommand

from lms.billing import gateway
from lms.billing.actions import comparing, reconciliation


class Command(BaseCommand):
    help = "Compares every order with its payments, entitlements and invoices; mends entitlements, and reports the rest."

    def handle(self, **options: Any) -> None:
        try:
            told = comparing.compare()
        except gateway.Unanswered as fault:
            self.stderr.write(f"Stripe did not answer, and nothing was compared with it: {fault}")
        else:
            if told is not None:
                self.stdout.write(
                    f"{told.events} events at Stripe, {told.missed} of them missed, {told.findings} differences."
                )
        found = reconciliation.reconcile()
        self.stdout.write(f"{found.orders} orders compared, {found.repaired} repaired.")
        for key in found.reported:
            self.stdout.write(f"To be looked at: {key}")
