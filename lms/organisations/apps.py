from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "lms.organisations"
    label = "organisations"
    verbose_name = "Organisations"

    def ready(self) -> None:
        from lms.organisations import contributions, receivers  # noqa: F401

        contributions.register()
