"""What linters can't see of the tables: where foreign keys point, and whether migrations tell all."""

import importlib

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

FLOORS = [
    "jobs", "audit", "notifications", "privacy", "accounts", "organisations", "billing", "courses", "exams", "certificates",
]  # fmt: skip


def floor_of(model: type[models.Model]) -> int:
    """How high a table stands; what is not ours (Wagtail, Django) lies beneath the house."""
    label = model._meta.app_label
    return FLOORS.index(label) if label in FLOORS else -1


OURS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]
KEYS = [
    field for model in OURS for field in model._meta.get_fields(include_hidden=False)
    if isinstance(field, models.ForeignKey | models.ManyToManyField)
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_a_foreign_key_points_down_or_at_a_person(key) -> None:
    person = apps.get_model(settings.AUTH_USER_MODEL)
    assert key.related_model is person or floor_of(key.related_model) <= floor_of(key.model)


@pytest.mark.django_db
def test_migrations_tell_everything_that_the_models_say() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.mark.django_db  # one of the migrations that it reads asks the database
def test_every_migration_of_ours_can_be_undone() -> None:
    loader = MigrationLoader(None)
    one_way = [
        f"{label}.{name}"
        for (label, name), migration in loader.disk_migrations.items()
        if label in FLOORS
        for operation in migration.operations
        if isinstance(operation, RunPython | RunSQL) and not operation.reversible
    ]
    assert one_way == []


def test_every_app_of_the_house_has_its_floor() -> None:
    with_tables = {model._meta.app_label for model in apps.get_models() if is_ours(model)}
    assert with_tables == set(FLOORS)


def is_ours(model: type[models.Model]) -> bool:
    source = importlib.import_module(model.__module__).__file__ or ""
    return source.startswith(str(settings.BASE_DIR)) and "/.venv/" not in source
