from django.apps import AppConfig


class NextRelease(AppConfig):
    name = "tests.faults.next_release"
    label = "next_release"
