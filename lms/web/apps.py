from django.apps import AppConfig
from django.core import checks


class WebConfig(AppConfig):
    name = "lms.web"
    label = "web"
    verbose_name = "Auditorium"

    def ready(self) -> None:
        from lms.web import readiness, safety

        readiness.register()
        checks.register(safety.check, safety.TAG)
