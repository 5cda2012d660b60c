"""Publishing schemes and designs from the library of content."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from certificates.models import (
    Application,
    Design,
    DesignVersion,
    Edition,
    Level,
    Requirement,
    Scheme,
    SchemeVersion,
)
from lms.audit import trail
from lms.db import clock
from lms.kit import digests


class Published(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # somebody relies on this version already: it is never changed


def publish_scheme(*, data: Mapping[str, Any]) -> Published:
    """Enters one version of a scheme with its levels and requirements, inside the caller's transaction.

    A version that any application or credential relies on is kept as it is; a change needs a new
    version number.
    """
    scheme, _ = Scheme.objects.get_or_create(
        key=data["key"], defaults={"code": data["code"], "title": data["title"]}
    )
    digest = digests.digest(dict(data))
    version = SchemeVersion.objects.filter(scheme=scheme, number=data["version"]).first()
    if version and version.digest == digest:
        return Published.UNCHANGED
    if version and _relied_upon(version):
        return Published.KEPT
    outcome = Published.CHANGED if version else Published.CREATED
    version, _ = SchemeVersion.objects.update_or_create(
        scheme=scheme,
        number=data["version"],
        defaults={
            "effective_on": date.fromisoformat(data["effective_on"]),
            "data": dict(data),
            "digest": digest,
        },
    )
    Scheme.objects.filter(pk=scheme.pk).update(title=data["title"])
    # Nothing relies on this version yet, so that its requirements may still be replaced.
    version.requirements.all().delete()
    for facts in data["levels"]:
        _enter_level(version, facts)
    trail.record(
        "certificates.scheme.published",
        subject=f"certificates.scheme:{scheme.pk}",
        at=clock.now(),
        actor_id=None,
        facts={"key": scheme.key, "version": version.number, "digest": digest},
    )
    return outcome


def publish_design(*, data: Mapping[str, Any]) -> Published:
    """Enters one version of a design from the library; a version that an edition has pinned, or that
    somebody made here, is kept as it is."""
    design, _ = Design.objects.update_or_create(key=data["key"], defaults={"title": data["title"]})
    digest = digests.digest(dict(data))
    version = DesignVersion.objects.filter(design=design, number=data["version"]).first()
    if version and version.digest == digest:
        return Published.UNCHANGED
    if version and (version.made_by_id or Edition.objects.filter(design=version).exists()):
        return Published.KEPT
    DesignVersion.objects.update_or_create(
        design=design, number=data["version"], defaults={"data": dict(data), "digest": digest}
    )
    return Published.CHANGED if version else Published.CREATED


def _relied_upon(version: SchemeVersion) -> bool:
    return (
        Application.objects.filter(version=version).exists()
        or Edition.objects.filter(version=version).exists()
    )


def _enter_level(version: SchemeVersion, facts: Mapping[str, Any]) -> None:
    level, _ = Level.objects.update_or_create(
        scheme=version.scheme, key=facts["key"], defaults={"title": facts["title"], "rank": facts["rank"]}
    )
    Requirement.objects.bulk_create(
        Requirement(
            version=version,
            level=level,
            place=place,
            kind=asked["kind"],
            amounts=asked["amounts"],
            text=asked["text"],
        )
        for place, asked in enumerate(facts["requirements"], 1)
    )
