from django.apps import AppConfig
from django.db.models.signals import post_migrate

from lms.db import append_only


class BillingConfig(AppConfig):
    name = "lms.billing"
    label = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        # Importing the tasks registers them.
        from lms.billing import contributions, receivers, tasks  # noqa: F401

        contributions.register()
        append_only.protect("billing", "BundlePart", "Price", "OrderLine", "OrderChange", "Payment")
        append_only.protect("billing", "RefundLine", "Document", "StripeEvent")
        append_only.protect("billing", "Order", but=("state", "state_at"))
        append_only.protect("billing", "Coupon", but=("ended_at",))
        append_only.protect(
            "billing",
            "Refund",
            but=(
                *("state", "decided_at", "decided_by", "note"),
                *("provider", "reference", "sent_at", "failure"),
            ),
        )
        post_migrate.connect(append_only.install, sender=self, dispatch_uid="billing.append_only")
