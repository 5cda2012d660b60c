"""Rows by the hundred, copied from one that was made in earnest: for counting statements, never for what they mean."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Model


def more(row: Model, count: int, **changes: Any) -> list[Any]:
    """So many copies of a row, in few statements. What must be unique is made anew: a UUID, a number, a text, and where
    only a foreign key is left to tell rows apart, copies of what it points to. `changes` are values of all copies."""
    model = type(row)
    fresh = {field.name: _fresh(field, row, count) for field in _unique(model, row, changes)}
    copies = []
    for place in range(count):
        values = {
            field.attname: getattr(row, field.attname)
            for field in model._meta.concrete_fields
            if not field.primary_key
        }
        copy = model(**values)
        if isinstance(model._meta.pk, models.UUIDField):
            copy.pk = uuid4()
        for name, made in fresh.items():
            setattr(copy, name, made[place])
        for name, value in changes.items():
            setattr(copy, name, value)
        copies.append(copy)
    return model._default_manager.bulk_create(copies)


def _unique(model: type[Model], row: Model, changes: dict[str, Any]) -> list[Any]:
    meta, itself = model._meta, model._default_manager.filter(pk=row.pk)
    found = {field.name: field for field in meta.concrete_fields if field.unique and not field.primary_key}
    together = [
        rule.fields
        for rule in meta.constraints
        if isinstance(rule, models.UniqueConstraint)
        and (rule.condition is None or itself.filter(rule.condition).exists())
    ]
    for names in [*together, *meta.unique_together]:
        if names and not any(name in found for name in names):
            fields = [meta.get_field(name) for name in names if name not in changes]
            field = min(fields, key=_ease)
            found[field.name] = field
    return list(found.values())


def _ease(field: Any) -> int:
    """What is easily made anew comes first."""
    kinds: Sequence[Any] = (models.UUIDField, models.IntegerField, models.CharField, models.ForeignKey)
    easy = next((place for place, kind in enumerate(kinds) if isinstance(field, kind)), len(kinds))
    return 9 if getattr(field, "choices", None) else easy


def _fresh(field: Any, row: Model, count: int) -> list[Any]:
    now = getattr(row, field.name)
    if now is None:
        return [None] * count
    if field.is_relation:
        return more(now, count)
    if isinstance(field, models.UUIDField):
        return [uuid4() for _ in range(count)]
    if isinstance(field, models.IntegerField):
        return [now + place for place in range(1, count + 1)]
    if isinstance(field, models.EmailField):
        return [f"copy-{uuid4().hex}@example.org" for _ in range(count)]
    width = field.max_length or 40
    return [f"{str(now)[: max(width - 10, 0)]}-{uuid4().hex[:9]}"[-width:] for _ in range(count)]
