"""Everything that is held about a person, gathered from every app."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import FileField, Model, QuerySet
from django.db.models.fields.files import FieldFile

from lms.kit import gather
from lms.kit.gather import Holding


@dataclass(frozen=True)
class Table:
    """Rows of one kind. `name` is that of its file; each row has the fields of `head`, as plain values."""

    name: str
    title: str
    kept: str
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    files: tuple[FieldFile, ...] = ()


@dataclass(frozen=True)
class Count:
    """How many rows there are of one kind, and why they would stay."""

    title: str
    count: int
    kept: str


def tables(person_id: int) -> Iterator[tuple[str, list[Table]]]:
    """Title of each app, and its tables that are not empty. One statement for each table, and what an app reads elsewhere."""
    for part in gather.PERSONAL:
        found = [_table(holding, person_id) for holding in part.holdings]
        found += [
            Table(one.name, one.title, one.kept, one.head, one.rows) for one in part.elsewhere(person_id)
        ]
        if kept := [table for table in found if table.rows]:
            yield part.title, kept


def counts(person_id: int) -> list[tuple[str, list[Count]]]:
    """The same as numbers. One statement for each table, however much is in it."""
    return [
        (
            part.title,
            [Count(one.title, n, one.kept) for one in part.holdings if (n := rows(one, person_id).count())],
        )
        for part in gather.PERSONAL
    ]


def hindrances(person_id: int) -> list[str]:
    """A sentence for each thing that must end before the person can be erased."""
    return [sentence for part in gather.PERSONAL for sentence in part.hinders(person_id)]


def rows(holding: Holding, person_id: int) -> QuerySet[Model]:
    """The rows about a person in one table."""
    model = apps.get_model(holding.model)
    return model._default_manager.filter(**{holding.path: person_id, **dict(holding.only)}).order_by("pk")


def _table(holding: Holding, person_id: int) -> Table:
    fields = [
        field
        for field in apps.get_model(holding.model)._meta.concrete_fields
        if field.name not in holding.without and field.get_internal_type() != "CompositePrimaryKey"
    ]
    found = list(rows(holding, person_id))
    names = [field.name for field in fields if isinstance(field, FileField)]
    return Table(
        name=holding.model.lower(),
        title=holding.title,
        kept=holding.kept,
        head=tuple(field.attname for field in fields),
        rows=tuple(tuple(_plain(getattr(row, field.attname)) for field in fields) for row in found),
        files=tuple(file for row in found for name in names if (file := getattr(row, name))),
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it: times in ISO 8601, bytes in base64, whatever else as text."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)
