"""Opening an institution."""

from collections.abc import Mapping

from django.db import transaction

from lms.accounts import queries
from lms.accounts.actions import people
from lms.audit import trail
from lms.db import clock
from lms.organisations.actions import memberships
from lms.organisations.models import Organisation


def open_institution(*, names: Mapping[str, str], email: str, display_name: str) -> bool:
    """Gives organisations (by slug) their names, and makes a person who owns all of them and runs the platform.

    The person has no password: one is chosen by the letter that resetting it sends. Returns whether the person
    is new. Raises Organisation.DoesNotExist for a slug that there is not.
    """
    with transaction.atomic():
        new = queries.by_email(email) is None
        person_id = people.register(email=email, display_name=display_name, password=None, superuser=True)
        for slug, name in names.items():
            row = Organisation.objects.select_for_update().get(slug=slug)
            _rename(row, name, actor_id=person_id)
            memberships.appoint(person_id=person_id, organisation_id=row.id, role="owner", actor_id=person_id)
    return new


def _rename(row: Organisation, name: str, *, actor_id: int) -> None:
    if row.name == name:
        return
    facts = {"before": row.name, "now": name}
    row.name = name
    row.save(update_fields=["name"])
    trail.record(
        "organisations.organisation.renamed",
        subject=f"organisations.organisation:{row.id}",
        at=clock.now(),
        actor_id=actor_id,
        organisation_id=row.id,
        facts=facts,
    )
