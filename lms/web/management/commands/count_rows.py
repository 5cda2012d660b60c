"""`manage.py count_rows`: how many rows each table has, a line each."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from lms.db import copies


class Command(BaseCommand):
    help = "How many rows each table of the database has."

    def handle(self, **options: Any) -> None:
        with connection.cursor() as cursor:
            for table, rows in copies.rows(cursor).items():
                self.stdout.write(f"{table} {rows}")
