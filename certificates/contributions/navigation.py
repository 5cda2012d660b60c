"""Links for awarding officers, for those who keep the schemes, and for employers."""

from collections.abc import Sequence

from django.urls import reverse

from lms.kit.gather import NavigationLink


def links(held: frozenset[str]) -> Sequence[NavigationLink]:
    found = []
    if held & {"certificates.schemes", "certificates.decide"}:
        found.append(NavigationLink("Schemes", reverse("certificates:schemes")))
    if "certificates.decide" in held:
        found.append(NavigationLink("Applications", reverse("certificates:decisions")))
        found.append(NavigationLink("Register", reverse("certificates:register")))
        found.append(NavigationLink("Maintenance", reverse("certificates:upkeep")))
    if "organisations.manage" in held:
        found.append(NavigationLink("Watch-list", reverse("certificates:watching")))
    if "certificates.hear_appeals" in held:
        found.append(NavigationLink("Appeals against decisions", reverse("certificates:appeals")))
    return found
