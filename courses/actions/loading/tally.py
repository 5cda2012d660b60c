"""Counting what a load did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from lms.kit.gather import LoadCount


@dataclass
class Tally:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    notes: list[str] = field(default_factory=list)

    def keep(self, note: str) -> None:
        self.kept += 1
        self.notes.append(note)

    def count(self) -> LoadCount:
        return LoadCount(self.created, self.changed, self.unchanged, self.kept, tuple(self.notes))


def differs(row: Model, wanted: Mapping[str, Any]) -> bool:
    """Sets what differs, and says whether anything did."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    return bool(changed)
