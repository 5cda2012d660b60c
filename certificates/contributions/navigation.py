"""Links for awarding officers, for those who keep the schemes, and for employers."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit.gather import NavigationLink


def links(held: frozenset[str]) -> Sequence[NavigationLink]:
    found = []
    if held & {"certificates.schemes", "certificates.decide"}:
        found.append(NavigationLink(_("Schemes"), reverse("certificates:schemes")))
    if "certificates.decide" in held:
        found.append(NavigationLink(_("Applications"), reverse("certificates:decisions")))
        found.append(NavigationLink(_("Register"), reverse("certificates:register")))
        found.append(NavigationLink(_("Maintenance"), reverse("certificates:upkeep")))
    if "organisations.manage" in held:
        found.append(NavigationLink(_("Watch-list"), reverse("certificates:watching")))
    if "certificates.hear_appeals" in held:
        found.append(NavigationLink(_("Appeals against decisions"), reverse("certificates:appeals")))
    return found
