"""The schemes in the institution's catalogue."""

from collections.abc import Sequence

from django.urls import reverse

from certificates.queries import schemes
from lms.db import clock
from lms.kit.gather import Offer


def offers() -> Sequence[Offer]:
    return [
        Offer(
            key=scheme.key,
            kind="scheme",
            title=scheme.title,
            strapline=scheme.data["strapline"],
            url=reverse("certificates:scheme", args=[scheme.key]),
            seed=scheme.digest,
            facts=(
                ("Levels", str(len(scheme.levels))),
                ("Valid for", f"{scheme.data['validity_years']} years"),
            ),
        )
        for scheme in schemes.in_effect(on=clock.today())
    ]
