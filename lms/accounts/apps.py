from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lms.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from lms.accounts import contributions, receivers  # noqa: F401

        contributions.register()
