"""Schemes and their rules as they are in effect on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from certificates.models import Requirement, SchemeVersion
from certificates.rules import eligibility, transition
from lms.db.kept import Kept

# By version and digest: what is relied upon is frozen, and what is not yet has another digest when its file changes.
_VIEWS: Kept["SchemeView"] = Kept(64)


@dataclass(frozen=True)
class LevelView:
    id: int
    key: str
    title: str
    summary: str
    rank: int
    by_rule: bool
    cpd_hours: int
    requirements: tuple[eligibility.Requirement, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SchemeView:
    """A scheme as one version has it; `data` is that version's file, for the public page."""

    id: int
    version_id: int
    key: str
    code: str
    title: str
    number: int
    effective_on: date
    digest: str
    data: dict[str, Any]
    levels: tuple[LevelView, ...]

    @property
    def code_version(self) -> str:
        return str(self.data["code_of_ethics"]["version"])

    @property
    def maintenance(self) -> dict[str, Any]:
        return dict(self.data["maintenance"])

    @property
    def renewal(self) -> dict[str, Any]:
        return dict(self.data["renewal"])

    @property
    def appeals(self) -> dict[str, Any]:
        return dict(self.data["appeals"])

    @property
    def answer_days(self) -> int:
        """Days in which an applicant answers a request or an offer."""
        return int(self.data["applications"]["answer_days"])

    def fee(self, key: str, level_key: str) -> dict[str, Any] | None:
        """The fee `application`, `annual` or `renewal` of a level: title, amount in minor units, currency, note."""
        return next(
            (fee for fee in self.data["fees"] if fee["key"] == key and level_key in fee["levels"]), None
        )

    def level(self, key: str) -> LevelView | None:
        return next((level for level in self.levels if level.key == key), None)


def in_effect(*, on: date) -> Sequence[SchemeView]:
    """Every scheme, in the version that is in effect on the day."""
    versions: dict[int, SchemeVersion] = {}
    for version in _versions().in_effect(on):
        versions.setdefault(version.scheme_id, version)
    return [_view(version) for version in versions.values()]


def scheme(*, key: str, on: date) -> SchemeView | None:
    """One scheme in effect on the day, or None."""
    version = _versions().in_effect(on).filter(scheme__key=key).first()
    return _view(version) if version else None


def open_to(*, key: str, begun_on: date | None, on: date) -> Sequence[SchemeView]:
    """The versions of a scheme by which somebody who began on a day may be judged, the newest first."""
    rows = {row.number: row for row in _versions().filter(scheme__key=key)}
    dates = [
        transition.VersionDates(
            row.number, row.effective_on, (row.data["transition"] or {}).get("former_days", 0)
        )
        for row in rows.values()
    ]
    return [_view(rows[number]) for number in transition.open_to(dates, begun_on=begun_on, on=on)]


def version(*, version_id: int) -> SchemeView:
    """A scheme in a certain version, whichever is in effect today."""
    return _view(_versions().get(pk=version_id))


def _versions() -> Any:
    return SchemeVersion.objects.select_related("scheme")


def _view(version: SchemeVersion) -> SchemeView:
    return _VIEWS.get((version.pk, version.digest), lambda: _read(version))


def _read(version: SchemeVersion) -> SchemeView:
    """Two statements, the first time in a process that a version is asked for."""
    prefetch_related_objects([version], "requirements__level")
    asked: dict[str, list[Requirement]] = {}
    for requirement in version.requirements.all():
        asked.setdefault(requirement.level.key, []).append(requirement)
    return SchemeView(
        id=version.scheme_id,
        version_id=version.pk,
        key=version.scheme.key,
        code=version.scheme.code,
        title=version.data["title"],
        number=version.number,
        effective_on=version.effective_on,
        digest=version.digest,
        data=version.data,
        levels=tuple(_level(facts, asked[facts["key"]]) for facts in version.data["levels"]),
    )


def _level(facts: dict[str, Any], rows: Sequence[Requirement]) -> LevelView:
    return LevelView(
        id=rows[0].level_id,
        key=facts["key"],
        title=facts["title"],
        summary=facts["summary"],
        rank=facts["rank"],
        by_rule=facts["decided_by"] == "rule",
        cpd_hours=facts["cpd_hours"],
        requirements=tuple(eligibility.Requirement(eligibility.Asks(row.kind), row.amounts) for row in rows),
        texts=tuple(row.text for row in rows),
    )
