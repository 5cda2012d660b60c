from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "lms.jobs"
    label = "jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        # Every app's tasks.py registers its tasks and sweeps; receivers then put only known kinds.
        autodiscover_modules("tasks")

        from lms.jobs import figures, readiness, receivers  # noqa: F401
        from lms.kit import gather

        gather.READINESS.add(gather.ReadinessPart("broker", 4, readiness.broker, stops=False))
        gather.READINESS.add(gather.ReadinessPart("jobs", 20, readiness.check, stops=False))
        gather.FIGURES.add(gather.FiguresPart("jobs", 20, figures.read))
