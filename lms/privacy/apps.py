from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PrivacyConfig(AppConfig):
    name = "lms.privacy"
    label = "privacy"
    verbose_name = "Privacy and legal texts"

    def ready(self) -> None:
        from lms.db import append_only
        from lms.privacy import contributions, receivers  # noqa: F401

        append_only.protect("privacy", "LegalText", "Acceptance")
        post_migrate.connect(append_only.install, sender=self, dispatch_uid="privacy.append_only")
        contributions.register()
