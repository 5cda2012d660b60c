from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "exams"
    verbose_name = "Exams"

    def ready(self) -> None:
        from exams import contributions, receivers, tasks

        receivers.connect()
        contributions.register()
        assert tasks, "importing the tasks registers them"
