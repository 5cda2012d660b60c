"""What an author hands over of an item, and what binds its version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exams import itemtypes
from lms.kit import digests


@dataclass(frozen=True)
class ItemDraft:
    """An item as its author wrote it; from which source in which edition, and with what aids, where there were any."""

    pool: str
    domain: int
    level: str
    clauses: tuple[str, ...]
    controls: tuple[str, ...]
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    rationales: Mapping[str, str]
    source: str = ""
    edition: str = ""
    aids: str = ""

    @property
    def kind(self) -> str:
        return str(self.content["kind"])

    def faults(self) -> list[str]:
        """What is wrong with it as written, in words for its author."""
        kind = itemtypes.of(self.kind)
        found = kind.faults(self.content, self.key)
        if found:
            return found
        if not all(self.rationales.get(line.id, "").strip() for line in kind.lines(self.content, self.key)):
            found.append("every option needs a rationale: why it is right, or why someone might choose it")
        return found


def version_digest(content: Mapping[str, Any], rationales: Mapping[str, str]) -> str:
    return digests.digest({"content": dict(content), "rationales": dict(rationales)})


def key_digest(version: str, key: Mapping[str, Any]) -> str:
    """A key is bound to the version that it is the key of."""
    return digests.digest({"version": version, "key": dict(key)})


def scenario_digest(title: str, text: str) -> str:
    return digests.digest({"title": title, "text": text})
