from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from lms.db import append_only


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "Register"

    def ready(self) -> None:
        from certificates import contributions, receivers, tasks  # noqa: F401  (receivers and tasks register themselves)
        from certificates.models import guards

        contributions.register()
        append_only.protect("certificates", "CredentialEvent", "Edition", "Evidence", "DecisionGround")
        append_only.protect("certificates", "IssuedDigest", "KeyChange", "StatusPlace")
        append_only.protect("certificates", "Leaf", "Tile", "Checkpoint", "CheckpointStamp")
        pre_migrate.connect(guards.before_migrate, sender=self, dispatch_uid="certificates.guards_off")
        post_migrate.connect(append_only.install, sender=self, dispatch_uid="certificates.append_only")
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="certificates.guards")
