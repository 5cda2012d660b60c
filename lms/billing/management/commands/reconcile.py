"""`manage.py reconcile`: orders held against payments, entitlements and invoices."""

from typing import Any

from django.core.management.base import BaseCommand

from lms.billing.actions import reconciliation


class Command(BaseCommand):
    help = "Compares every order with its payments, entitlements and invoices; mends entitlements, and reports the rest."

    def handle(self, **options: Any) -> None:
        found = reconciliation.reconcile()
        self.stdout.write(f"{found.orders} orders compared, {found.repaired} repaired.")
        for key in found.reported:
            self.stdout.write(f"To be looked at: {key}")
