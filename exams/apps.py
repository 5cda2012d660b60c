from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "exams"
    verbose_name = "Exams"

    def ready(self) -> None:
        # Importing the tasks registers them.
        from exams import contributions, receivers, tasks  # noqa: F401

        receivers.connect()
        contributions.register()
