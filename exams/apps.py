from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "exams"
    verbose_name = "Exams"

    def ready(self) -> None:
        from exams import receivers, tasks

        receivers.connect()
        assert tasks, "importing the tasks registers them"
