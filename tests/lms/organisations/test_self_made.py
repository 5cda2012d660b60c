"""Whoever founds an organisation has every office in it, and none over anybody else's people."""

import pytest
from django.urls import reverse

from lms.organisations import queries
from lms.organisations.actions import memberships
from lms.organisations.rules import roles
from tests import cast

pytestmark = pytest.mark.django_db

HATS = ["employer", "provider", "certification_body"]
DOORS = {
    "author": ["web:ageing"],
    "support": ["organisations:support", "organisations:failed_notices"],
    "scheme_manager": ["certificates:appeals"],
    "awarding_officer": [
        "certificates:register",
        "certificates:decisions",
        "certificates:upkeep",
        "certificates:batches",
        "certificates:appeals",
    ],
    "member": ["organisations:trail", "organisations:trail_table", "organisations:failed_notices"],
}


@pytest.fixture
def own(client, dag):
    client.force_login(dag)
    client.post(reverse("organisations:establish"), {"name": "Dag & Daughters", "hats": HATS})
    return queries.organisation("dag-daughters")


@pytest.mark.parametrize("role", DOORS)
def test_an_office_in_one_s_own_organisation_opens_nothing_of_the_institution_s(
    client, dag, own, role
) -> None:
    memberships.settle(person_id=dag.pk, organisation_id=own.id, wanted={"owner", role}, actor_id=dag.pk)
    assert queries.roles_of(dag.pk, own.id) == {"owner", role}
    for door in DOORS[role]:
        assert client.get(reverse(door)).status_code == 403, door
    assert client.get(reverse("organisations:people", args=["dag-daughters"])).status_code == 200


def test_an_organisation_of_one_s_own_leaves_an_office_at_the_institution_as_it_is(client, own) -> None:
    for name, door in (("pia", "organisations:support"), ("kai", "certificates:register")):
        person = cast.person(name)
        memberships.appoint(person_id=person.pk, organisation_id=own.id, role="member", actor_id=None)
        client.force_login(person)
        assert client.get(reverse(door)).status_code == 200


@pytest.mark.parametrize("permission", sorted(roles.OF_THE_HOUSE))
def test_who_may_is_asked_of_the_institution_alone(dag, own, permission) -> None:
    for role in sorted(role for role, granted in roles.PERMISSIONS.items() if permission in granted):
        memberships.appoint(person_id=dag.pk, organisation_id=own.id, role=role, actor_id=None)
    assert permission not in queries.permissions_of(dag.pk)
    assert dag.pk not in queries.people_with(permission)
    assert queries.organisations_with(dag.pk, permission) == []


@pytest.mark.parametrize("name", ["Institute", "Certification"])
def test_nobody_founds_what_bears_the_institution_s_short_name(client, dag, name) -> None:
    client.force_login(dag)
    answer = client.post(reverse("organisations:establish"), {"name": name, "hats": HATS})
    assert answer.status_code == 400
