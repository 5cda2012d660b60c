from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "lms.audit"
    label = "audit"
    verbose_name = "Audit trail"

    def ready(self) -> None:
        from lms.audit import contributions
        from lms.db import append_only

        append_only.protect("audit", "Entry", "Seal")
        post_migrate.connect(append_only.install, sender=self, dispatch_uid="audit.append_only")
        contributions.register()
