"""The people of an organisation: who may give which role, what conflicts, and that an owner stays."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import URLPattern, reverse

from lms.audit import queries as trail
from lms.organisations import queries, urls
from lms.organisations.actions import memberships
from lms.organisations.models import Membership
from lms.organisations.rules import roles
from lms.organisations.states import Role
from tests import cast

pytestmark = pytest.mark.django_db


def test_every_role_stands_in_the_one_table_and_every_permission_has_words() -> None:
    assert set(Role.values) == set(roles.PERMISSIONS)
    assert {one for granted in roles.PERMISSIONS.values() for one in granted} <= set(roles.MEANINGS)


def test_every_permission_is_asked_for_somewhere() -> None:
    """One that no page asks for promises what nobody can do."""
    root = Path(roles.__file__).parents[3]
    sources = [
        path.read_text(encoding="utf-8")
        for app in ("lms", "courses", "exams", "certificates")
        for path in (root / app).rglob("*.py")
        if path != Path(roles.__file__)
    ]
    assert [one for one in roles.MEANINGS if not any(f'"{one}"' in text for text in sources)] == []


def test_no_stranger_and_no_visitor_finds_any_address_under_an_organisation(
    northmoor, cleo, ben, olga
) -> None:
    """Whatever the address, and whatever the method: as if there were no such organisation."""
    under = [
        one
        for one in urls.urlpatterns
        if isinstance(one, URLPattern) and str(one.pattern).startswith("<slug:slug>")
    ]
    assert len(under) >= 13
    known = {"slug": "northmoor", "person": ben.uuid, "uuid": ben.uuid, "act": "end"}
    for name in cast.NAMES:
        client = Client()
        client.force_login(cast.person(name))
        for one in under:
            wanted = {key: known[key] for key in one.pattern.converters}
            address = reverse(f"organisations:{one.name}", kwargs=wanted)
            if name not in {"ben", "cleo", "olga"}:
                assert client.get(address).status_code == client.post(address).status_code == 404, (
                    name,
                    address,
                )
            elif name == "ben" and one.name not in {"organisation", "leave"}:
                assert client.get(address).status_code == client.post(address).status_code == 403, (
                    name,
                    address,
                )


def settle(client, person, *wanted: str, slug: str = "northmoor"):
    return client.post(reverse("organisations:person", args=[slug, person.uuid]), {"roles": wanted})


def test_an_owner_gives_and_takes_roles_and_the_trail_says_so(client, olga, tove, institute) -> None:
    client.force_login(olga)
    assert settle(client, tove, "trainer", "marker", slug="institute").status_code == 302
    assert queries.roles_of(tove.pk, institute.id) == {"trainer", "marker"}
    settle(client, tove, slug="institute")
    assert queries.roles_of(tove.pk, institute.id) == frozenset()
    verbs = [entry.verb for entry in trail.entries_of(f"accounts.person:{tove.pk}")]
    assert verbs.count("organisations.member.dismissed") == 2


def test_the_wagtail_group_goes_with_the_last_role_of_its_name(client, olga, finn, institute) -> None:
    assert finn.has_perm("wagtailadmin.access_admin")
    memberships.dismiss(person_id=finn.pk, organisation_id=institute.id, role="author", actor_id=olga.pk)
    again = type(finn).objects.get(pk=finn.pk)
    assert list(again.groups.all()) == []
    assert not again.has_perm("wagtailadmin.access_admin")


def test_a_manager_touches_no_office_and_gives_none(client, cleo, ben, northmoor) -> None:
    memberships.appoint(person_id=ben.pk, organisation_id=northmoor.id, role="finance", actor_id=None)
    client.force_login(cleo)
    assert settle(client, ben, "manager").status_code == 302
    assert queries.roles_of(ben.pk, northmoor.id) == {"manager", "finance"}
    assert settle(client, ben, "owner").status_code == 400
    with pytest.raises(memberships.NotYours):
        memberships.settle(
            person_id=cleo.pk, organisation_id=northmoor.id, wanted=["owner"], actor_id=cleo.pk
        )


def test_a_role_that_the_organisation_s_hats_don_t_offer_is_not_given(client, olga, ben, northmoor) -> None:
    client.force_login(olga)
    assert settle(client, ben, "awarding_officer").status_code == 400


def test_two_roles_that_conflict_are_refused_in_words_and_nothing_is_changed(
    client, olga, kai, institute
) -> None:
    memberships.appoint(person_id=kai.pk, organisation_id=institute.id, role="member", actor_id=None)
    client.force_login(olga)
    answer = settle(client, kai, "trainer", slug="institute")
    assert "nobody trains or examines and awards" in answer.content.decode()
    assert queries.roles_of(kai.pk, institute.id) == {"member"}


@pytest.mark.parametrize("role", ["trainer", "examiner", "marker", "invigilator"])
def test_the_database_itself_refuses_roles_that_conflict(kai, institute, role) -> None:
    at = Membership.objects.first().since_at
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=kai, organisation_id=institute.id, role=role, since_at=at)
    memberships.appoint(person_id=kai.pk, organisation_id=institute.id, role="member", actor_id=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(person=kai, role="member").update(role=role)


def test_the_last_owner_can_t_leave(client, olga, eve, institute) -> None:
    client.force_login(olga)
    leaves = reverse("organisations:leave", args=["institute"])
    assert "You are the last owner." in client.post(leaves, follow=True).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(role="owner").delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(role="owner").update(role="member")
    memberships.appoint(person_id=eve.pk, organisation_id=institute.id, role="owner", actor_id=olga.pk)
    client.post(leaves)
    assert queries.roles_of(olga.pk, institute.id) == frozenset()


def test_somebody_makes_an_organisation_and_owns_it(client, dag) -> None:
    client.force_login(dag)
    made = client.post(reverse("organisations:establish"), {"name": "Dag & Daughters", "hats": ["employer"]})
    assert made.url == reverse("organisations:invitations", args=["dag-daughters"])
    card = queries.organisation("dag-daughters")
    assert queries.roles_of(dag.pk, card.id) == {"owner"}
    client.post(
        reverse("organisations:settings", args=["dag-daughters"]), {"name": "Dag", "hats": ["provider"]}
    )
    assert queries.organisation("dag-daughters").hats == roles.Hats(provider=True)


@pytest.mark.parametrize("name", ["Northmoor", "Trail", "new", "…", ""])
def test_a_name_that_is_taken_or_none_is_refused_in_words(client, dag, northmoor, name) -> None:
    client.force_login(dag)
    taken = {"name": f"{name} Systems" if name == "Northmoor" else name, "hats": ["employer"]}
    if name == "Northmoor":
        memberships.establish(name="Northmoor Systems", hats=roles.Hats(employer=True), founder_id=dag.pk)
    assert client.post(reverse("organisations:establish"), taken).status_code == 400


def test_people_are_found_by_a_part_of_name_or_address(client, cleo, ben) -> None:
    client.force_login(cleo)
    address = reverse("organisations:people", args=["northmoor"])
    found = client.get(address, {"q": "okor"}).content.decode()
    assert "ben@example.org" in found
    assert "cleo@example.org" not in found.partition("<main")[2]
    assert "Nobody here" in client.get(address, {"q": "\x00\x01nobody"}).content.decode()
