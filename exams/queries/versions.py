"""The states that an item was in: its versions, each with the versions of its key, and how it was described."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exams.models import Item, ItemChange, ItemKey
from exams.rules.differences import Side


@dataclass(frozen=True)
class Snapshot:
    """A version with one of its keys. `name` is version and key, as in 2.1."""

    name: str
    key: ItemKey
    side: Side

    @property
    def label(self) -> str:
        version = self.key.version
        said = f"Version {version.number} by {version.author_name}, {version.created_at:%Y-%m-%d}"
        return f"{said}, key {self.key.number} of {self.key.created_at:%Y-%m-%d}"


def snapshots(item: Item) -> list[Snapshot]:
    """Every state of an item, the latest first. Three statements, whatever their number. How it was described is known
    of versions that were made or changed since that is kept, and of the current one."""
    keys = ItemKey.objects.filter(version__item=item).select_related("version")
    changes = ItemChange.objects.filter(item=item, version__isnull=False).exclude(described={})
    said = dict(changes.order_by("pk").values_list("version", "described"))
    enemies = [enemy.code for enemy in item.enemies.order_by("code")]
    if item.current_id is not None:
        said[item.current_id] = described(item) | {"enemies": enemies}
    return [
        Snapshot(
            f"{key.version.number}.{key.number}",
            key,
            Side(key.version.content, key.key, key.version.rationales, said.get(key.version_id, {})),
        )
        for key in keys.order_by("-version__number", "-number")
    ]


def described(item: Item) -> dict[str, Any]:
    """How an item is described now, as its change rows keep it."""
    about: Mapping[str, Any] = {
        "pool": str(item.pool),
        "domain": item.domain,
        "level": str(item.level),
        "clauses": list(item.clauses),
        "controls": list(item.controls),
    }
    hung = {"scenario": item.scenario.code, "place": item.place} if item.scenario else {}
    return {**about, **hung}
