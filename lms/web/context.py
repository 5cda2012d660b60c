"""What every page may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from lms.kit import gather


def institution(request: HttpRequest) -> dict[str, Any]:
    """`institution` (its name), `contact` (where to write to), `demonstration` (a flag), and `work_links` for people with an office,
    which costs statements only where a template iterates over it."""

    def work_links() -> list[gather.NavigationLink]:
        person = getattr(request, "user", None)
        if person is None or not person.is_authenticated:
            return []
        links = gather.work_of(person.pk)
        if person.is_superuser:
            links.append(gather.NavigationLink(_("Administration"), reverse("wagtailadmin_home")))
        return links

    return {
        "institution": settings.INSTITUTION,
        "contact": settings.CONTACT,
        "demonstration": settings.DEMONSTRATION,
        "work_links": SimpleLazyObject(work_links),
    }
