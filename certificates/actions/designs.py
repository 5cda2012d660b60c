"""Designs made here: each publication is a new version, and what was printed keeps its own."""

from collections.abc import Mapping

from django.db import transaction

from certificates.models import Design, DesignVersion
from lms.audit import trail
from lms.db import clock
from lms.kit import digests


class Overtaken(Exception):
    """Somebody published another version since this one was begun. Carries `newest`."""

    def __init__(self, newest: int) -> None:
        super().__init__(newest)
        self.newest = newest


class Unchanged(Exception):
    """It says what the newest version says already."""


def publish(
    *, design_id: int, actor_id: int, based_on: int, colours: Mapping[str, str], words: Mapping[str, str]
) -> int:
    """Publishes the next version of a design and returns its number.

    Certificates granted from now on pin it; those that stand keep theirs. `based_on` is the version that
    was edited. Raises Design.DoesNotExist, Overtaken and Unchanged.
    """
    at = clock.now()
    with transaction.atomic():
        design = Design.objects.select_for_update().get(pk=design_id)
        newest = DesignVersion.objects.filter(design=design).latest("number")
        if newest.number != based_on:
            raise Overtaken(newest.number)
        data = newest.data | {"colours": dict(colours), "words": dict(words)}
        if data == newest.data:
            raise Unchanged(newest.number)
        data["version"] = newest.number + 1
        version = DesignVersion.objects.create(
            design=design, number=data["version"], data=data, digest=digests.digest(data), made_by_id=actor_id
        )
        trail.record(
            "certificates.design.published",
            subject=f"certificates.design:{design.pk}",
            at=at,
            actor_id=actor_id,
            facts={"key": design.key, "version": version.number, "digest": version.digest},
        )
    return version.number
