"""Publishing schemes and designs from the library of content."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import transaction

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
from certificates.rules import fees as rule
from lms.audit import trail
from lms.billing.actions import products
from lms.db import clock
from lms.kit import digests


class Published(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # somebody relies on this version already: it is never changed


class NotNext(Exception):
    """The version does not follow the last one: it has another scheme's key, another number than the next, or would
    begin before today. Carries `why`, a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def publish_next(*, scheme_key: str, data: Mapping[str, Any], actor_id: int) -> SchemeVersion:
    """Publishes the next version of a scheme, which begins today or later; it is never changed afterwards.

    Sent twice it is published once. Raises NotNext.
    """
    with transaction.atomic():
        scheme = Scheme.objects.select_for_update().get(key=scheme_key)
        last = scheme.versions.order_by("-number").first()
        if last and last.number == data["version"] and last.digest == digests.digest(dict(data)):
            return last
        why = _not_next(scheme, last.number if last else 0, data)
        if why:
            raise NotNext(why)
        publish_scheme(data=data, actor_id=actor_id)
        return scheme.versions.get(number=data["version"])


def _not_next(scheme: Scheme, last: int, data: Mapping[str, Any]) -> str:
    if (data["key"], data["code"]) != (scheme.key, scheme.code):
        return f"Key and code stay as they are: {scheme.key} and {scheme.code}."
    if data["version"] != last + 1:
        return f"The next version has the number {last + 1}."
    if date.fromisoformat(data["effective_on"]) < clock.today():
        return "A version begins today or later: nobody is judged by rules that they could not know."
    if not Design.objects.filter(key=data["design"]).exists():
        return f"There is no design of the key {data['design']}."
    gone = {level.key for level in scheme.levels.all()} - {level["key"] for level in data["levels"]}
    ranks = dict(scheme.levels.values_list("key", "rank"))
    moved = [
        level["key"] for level in data["levels"] if ranks.get(level["key"], level["rank"]) != level["rank"]
    ]
    if moved:
        return f"The rank of a level stays as it is: {', '.join(moved)}."
    return f"A level that was offered stays in the file: {', '.join(sorted(gone))}." if gone else ""


def publish_scheme(*, data: Mapping[str, Any], actor_id: int | None = None) -> Published:
    """Enters one version of a scheme with its levels and requirements, inside the caller's transaction.

    A version that any application or credential relies on, or that somebody has published here, is kept as it
    is; a change needs a new version number.
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
            "published_by_id": actor_id,
        },
    )
    Scheme.objects.filter(pk=scheme.pk).update(title=data["title"])
    # Nothing relies on this version yet, so that its requirements may still be replaced.
    version.requirements.all().delete()
    for facts in data["levels"]:
        _enter_level(version, facts)
    if version.effective_on <= clock.today():
        _offer_fees(data)
    trail.record(
        "certificates.scheme.published",
        subject=f"certificates.scheme:{scheme.pk}",
        at=clock.now(),
        actor_id=actor_id,
        facts={"key": scheme.key, "version": version.number, "digest": digest},
    )
    return outcome


def _offer_fees(data: Mapping[str, Any]) -> None:
    """What a scheme asks for can be ordered, and be a part of a bundle, before anybody owes it."""
    titles = {level["key"]: level["title"] for level in data["levels"]}
    for fee in data["fees"]:
        for level_key in fee["levels"] if fee["amount"] else ():
            product = rule.product(fee, data["key"], data["code"], level_key, titles[level_key])
            if product is not None:
                products.offer(
                    key=product.key,
                    kind=product.kind,
                    title=product.title,
                    amount_minor=fee["amount"],
                    currency=fee["currency"],
                )


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
        version.published_by_id is not None
        or Application.objects.filter(version=version).exists()
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
