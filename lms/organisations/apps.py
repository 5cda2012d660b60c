from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class OrganisationsConfig(AppConfig):
    name = "lms.organisations"
    label = "organisations"
    verbose_name = "Organisations"

    def ready(self) -> None:
        from lms.organisations import contributions, receivers  # noqa: F401
        from lms.organisations.models import guards

        contributions.register()
        pre_migrate.connect(guards.before_migrate, sender=self, dispatch_uid="organisations.guards_off")
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="organisations.guards")
