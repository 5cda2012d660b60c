"""What people allowed and have not taken back."""

from datetime import datetime

from lms.privacy.models import Consent


def given_to(purpose: str, regarding: str) -> list[int]:
    """Who allows that now; ids of people. One statement."""
    rows = Consent.objects.filter(purpose=purpose, regarding=regarding, withdrawn_at=None)
    return list(rows.values_list("person_id", flat=True))


def given_by(person_id: int, purpose: str) -> dict[str, datetime]:
    """To whom or what a person allows that now, and since when. One statement."""
    rows = Consent.objects.filter(person=person_id, purpose=purpose, withdrawn_at=None)
    return dict(rows.values_list("regarding", "given_at"))
