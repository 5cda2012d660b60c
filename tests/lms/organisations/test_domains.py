"""A mail domain is an organisation's own when the name system says so: asked of a real name server on this machine."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from lms.accounts.actions import people
from lms.db import clock
from lms.organisations import gateway, queries
from lms.organisations.actions import domains, memberships, signing_in
from lms.organisations.models import Domain
from lms.organisations.rules import domains as rules
from tests import name_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(settings):
    texts: dict[str, str] = {}
    with name_server.serving(texts) as address:
        settings.DNS_RESOLVER = address
        yield texts


@pytest.fixture
def claimed(northmoor, olga):
    return domains.claim(organisation_id=northmoor.id, name="Northmoor.Example", actor_id=olga.pk)


def shows(client, row):
    address = reverse("organisations:domain_act", args=["northmoor", row.uuid, "show"])
    return client.post(address, follow=True).content.decode()


def test_it_is_shown_by_the_record_and_by_nothing_else(client, names, claimed, northmoor, olga) -> None:
    client.force_login(olga)
    assert "The record is not there yet." in shows(client, claimed)
    names["_auditorium.northmoor.example"] = "auditorium-domain=of-somebody-else"
    assert "The record is not there yet." in shows(client, claimed)
    names["_auditorium.northmoor.example"] = rules.record(claimed.token)
    assert "Shown: the domain is yours." in shows(client, claimed)
    assert queries.domains_shown(northmoor.id) == {"northmoor.example"}


def test_a_name_system_that_is_silent_says_nothing(client, claimed, olga, settings, monkeypatch) -> None:
    settings.DNS_RESOLVER = "127.0.0.1:9"
    monkeypatch.setattr(gateway, "SECONDS", 0.2)
    client.force_login(olga)
    assert "That says nothing about the domain" in shows(client, claimed)


def test_of_two_organisations_one_has_it(names, claimed, institute, olga) -> None:
    other = domains.claim(organisation_id=institute.id, name="northmoor.example", actor_id=olga.pk)
    names["_auditorium.northmoor.example"] = rules.record(claimed.token)
    domains.show(organisation_id=claimed.organisation_id, uuid=claimed.uuid, actor_id=olga.pk)
    names["_auditorium.northmoor.example"] = rules.record(other.token)
    with pytest.raises(domains.OfAnother):
        domains.show(organisation_id=institute.id, uuid=other.uuid, actor_id=olga.pk)


def test_nobody_joins_by_a_domain_that_was_only_claimed(claimed, olga) -> None:
    of = {"organisation_id": claimed.organisation_id, "uuid": claimed.uuid, "actor_id": olga.pk}
    with pytest.raises(domains.NotShown):
        domains.open_to_join(joins=True, **of)
    with pytest.raises(IntegrityError), transaction.atomic():
        Domain.objects.update(joins=True)


def test_who_has_a_confirmed_address_in_it_joins_by_themselves(client, claimed, northmoor, olga, dag) -> None:
    Domain.objects.update(shown_at=clock.now())
    of = {"organisation_id": northmoor.id, "uuid": claimed.uuid, "actor_id": olga.pk}
    domains.open_to_join(joins=True, **of)
    dag.emailaddress_set.create(email="dag@northmoor.example", verified=False)
    client.force_login(dag)
    assert "Northmoor" not in client.get(reverse("organisations:mine")).content.decode()
    client.post(reverse("organisations:join", args=[northmoor.id]))
    assert queries.roles_of(dag.pk, northmoor.id) == frozenset()
    dag.emailaddress_set.update(verified=True)
    assert "Join as a member" in client.get(reverse("organisations:mine")).content.decode()
    client.post(reverse("organisations:join", args=[northmoor.id]))
    assert queries.roles_of(dag.pk, northmoor.id) == {"member"}


@pytest.mark.parametrize(
    "name", ["", "example", "gmail.com", "a@b.example", "exa mple.org", "-x.org", "x" * 300 + ".org"]
)
def test_what_is_nobody_s_own_domain_is_refused_in_words(client, northmoor, olga, name) -> None:
    client.force_login(olga)
    assert (
        client.post(reverse("organisations:domains", args=["northmoor"]), {"name": name}).status_code == 400
    )
    assert Domain.objects.count() == 0


def test_the_last_domain_stays_while_the_sign_in_is_required(claimed, northmoor, olga) -> None:
    Domain.objects.update(shown_at=clock.now())
    people.give_authenticator(person_id=olga.pk, secret="JBSWY3DPEHPK3PXP")
    memberships.appoint(person_id=olga.pk, organisation_id=northmoor.id, role="owner", actor_id=None)
    how = signing_in.OpenId("https://login.northmoor.example", "x", "y")
    signing_in.set_up(organisation_id=northmoor.id, how=how, actor_id=olga.pk)
    signing_in.require(organisation_id=northmoor.id, enforced=True, actor_id=olga.pk)
    with pytest.raises(domains.StillEnforced):
        domains.give_up(organisation_id=northmoor.id, uuid=claimed.uuid, actor_id=olga.pk)
