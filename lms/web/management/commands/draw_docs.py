"""`manage.py draw_docs`: docs/states.md and docs/announcements.md, from the code."""

from typing import Any

from django.core.management.base import BaseCommand

from lms.web import drawing


class Command(BaseCommand):
    help = "Draws docs/states.md and docs/announcements.md from the tables and the announcements."

    def handle(self, **options: Any) -> None:
        for name in drawing.write() or ["Nothing has changed."]:
            self.stdout.write(name)
