from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "lms.notifications"
    label = "notifications"
    verbose_name = "Notices"

    def ready(self) -> None:
        from lms.notifications import contributions

        contributions.register()
