"""Links for awarding officers."""

from collections.abc import Sequence

from django.urls import reverse

from lms.kit.gather import NavigationLink
from lms.organisations import queries as organisations


def links(person_id: int) -> Sequence[NavigationLink]:
    if "certificates.decide" not in organisations.permissions_of(person_id):
        return ()
    return (NavigationLink("Register", reverse("certificates:register")),)
