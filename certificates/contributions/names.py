"""Where somebody asks for another name on certificates that carry the one they have."""

from django.urls import reverse

from certificates.queries import credentials


def changed_at(person_id: int) -> str:
    return reverse("certificates:mine") if credentials.holds_any(person_id) else ""
