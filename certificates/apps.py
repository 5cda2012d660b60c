from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "Register"

    def ready(self) -> None:
        from certificates import contributions, receivers, tasks  # noqa: F401  (receivers and tasks register themselves)

        contributions.register()
