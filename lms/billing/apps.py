from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "lms.billing"
    label = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        from lms.billing import contributions

        contributions.register()
