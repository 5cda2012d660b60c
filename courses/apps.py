from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from courses import contributions, receivers, tasks  # noqa: F401  (receivers and tasks register themselves)

        contributions.register()
