"""An organisation's own sign-in: a real provider on this machine says who comes, and what it can't prove is refused."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import reverse

from lms.accounts import queries as people
from lms.accounts.actions import people as accounts
from lms.accounts.models import Person
from lms.audit import queries as trail
from lms.db import clock
from lms.notifications.models import Notice
from lms.organisations import queries
from lms.organisations.actions import memberships, signing_in
from lms.organisations.models import Domain
from tests import cast, identity_provider
from tests.identity_provider import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with identity_provider.serving() as made:
        yield made


@pytest.fixture
def provider(server: Provider) -> Provider:
    server.email, server.lies, server.audience = "nora@northmoor.example", False, ""
    return server


@pytest.fixture
def northmoor_domain(northmoor: Any) -> Any:
    now = clock.now()
    Domain.objects.create(
        organisation_id=northmoor.id, name="northmoor.example", token="t", claimed_at=now, shown_at=now
    )
    return northmoor


@pytest.fixture
def by_saml(northmoor_domain: Any, provider: Provider, olga: Any) -> Any:
    how = signing_in.Saml(f"{provider.url}/saml", f"{provider.url}/saml", provider.certificate)
    signing_in.set_up(organisation_id=northmoor_domain.id, how=how, actor_id=olga.pk)
    return northmoor_domain


@pytest.fixture
def by_openid(northmoor_domain: Any, provider: Provider, olga: Any) -> Any:
    how = signing_in.OpenId(provider.url, identity_provider.CLIENT, identity_provider.SECRET)
    signing_in.set_up(organisation_id=northmoor_domain.id, how=how, actor_id=olga.pk)
    return northmoor_domain


def goes_by_saml(client: Client, organisation: Any, **asked: str) -> Any:
    client.defaults["HTTP_HOST"] = "localhost:8000"
    away = client.get(reverse("saml_login", args=[organisation.id]), asked)
    page = requests.get(away.headers["Location"], timeout=5).text
    answer = re.search(r'value="([^"]+)"', page)
    consumer = re.search(r'action="http://localhost:8000([^"]+)"', page)
    assert answer and consumer, page
    return client.post(consumer.group(1), {"SAMLResponse": answer.group(1)}, follow=True)


def goes_by_openid(client: Client, organisation: Any, **asked: str) -> Any:
    client.defaults["HTTP_HOST"] = "localhost:8000"
    away = client.get(reverse("accounts:openid_login", args=[organisation.id]), asked)
    back = requests.get(away.headers["Location"], timeout=5, allow_redirects=False)
    return client.get(back.headers["Location"].removeprefix("http://localhost:8000"), follow=True)


WAYS = {"by_saml": goes_by_saml, "by_openid": goes_by_openid}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    return WAYS[request.param], request.getfixturevalue(request.param)


def test_who_comes_by_it_for_the_first_time_has_an_account_and_is_a_member(client, way) -> None:
    goes, northmoor = way
    answer = goes(client, northmoor)
    assert answer.redirect_chain[-1][0] == "/desk/"
    card = people.by_email("nora@northmoor.example")
    assert card is not None
    assert queries.roles_of(card.id, northmoor.id) == {"member"}


def test_who_has_an_account_with_that_address_gets_no_second_one(client, way) -> None:
    goes, northmoor = way
    accounts.register(email="nora@northmoor.example", display_name="Nora", password=cast.PASSWORD)
    before = Person.objects.count()
    goes(client, northmoor)
    assert Person.objects.count() == before
    assert client.session["_auth_user_id"] == str(people.by_email("nora@northmoor.example").id)


def test_who_has_merely_added_an_address_is_not_whom_the_organisation_means_by_it(client, way, ada) -> None:
    """Else its people would work, sit exams and be certified in an account that somebody else gets into, too."""
    goes, northmoor = way
    EmailAddress.objects.create(user=ada, email="nora@northmoor.example", verified=False)
    goes(client, northmoor)
    assert client.session["_auth_user_id"] not in {None, str(ada.pk)}
    assert queries.roles_of(ada.pk, northmoor.id) == set()
    assert people.verified_addresses_of(int(client.session["_auth_user_id"])) == {"nora@northmoor.example"}


def test_a_wrong_signature_is_refused_in_words(client, way, provider) -> None:
    goes, northmoor = way
    provider.lies = True
    answer = goes(client, northmoor)
    assert "We believe nothing of it, and nothing was changed." in answer.content.decode()
    assert people.by_email("nora@northmoor.example") is None
    assert "_auth_user_id" not in client.session


def test_what_was_said_to_somebody_else_is_refused(client, way, provider) -> None:
    goes, northmoor = way
    provider.audience = "another house"
    goes(client, northmoor)
    assert "_auth_user_id" not in client.session


def test_it_speaks_for_no_address_outside_the_organisation_s_domains(client, way, provider, ada) -> None:
    goes, northmoor = way
    provider.email = ada.email
    answer = goes(client, northmoor)
    assert answer.status_code == 403
    assert "may speak for addresses in its own domains alone" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_link_connects_nobody_s_account_to_an_address_that_is_not_theirs(client, way, ada) -> None:
    """Whoever runs a provider could send a link that connects its reader's account to their own, and sign in as them."""
    goes, northmoor = way
    client.force_login(ada)
    answer = goes(client, northmoor, process="connect")
    assert answer.status_code == 403
    assert "nora@northmoor.example" in answer.content.decode()
    thief = Client()
    goes(thief, northmoor)
    assert thief.session["_auth_user_id"] != str(ada.pk)


def test_who_has_shown_an_address_to_be_theirs_connects_it(client, way) -> None:
    goes, northmoor = way
    accounts.register(email="nora@northmoor.example", display_name="Nora", password=cast.PASSWORD)
    nora = Person.objects.get(email="nora@northmoor.example")
    client.force_login(nora)
    goes(client, northmoor, process="connect")
    assert nora.socialaccount_set.count() == 1


def test_an_answer_that_nobody_asked_for_is_refused(client, by_saml, provider) -> None:
    client.defaults["HTTP_HOST"] = "localhost:8000"
    to = f"http://localhost:8000{reverse('saml_acs', args=[by_saml.id])}"
    audience = f"http://localhost:8000{reverse('saml_metadata', args=[by_saml.id])}"
    answer = provider.response(to=to, about="_nobody-asked", audience=audience)
    client.post(to.removeprefix("http://localhost:8000"), {"SAMLResponse": answer}, follow=True)
    assert "_auth_user_id" not in client.session


def test_a_provider_that_is_not_there_is_said_in_words(client, by_openid) -> None:
    row = queries.sign_in_of(by_openid.id)
    row.app.settings["server_url"] = "http://localhost:9"
    row.app.save()
    answer = client.get(reverse("accounts:openid_login", args=[by_openid.id]))
    assert answer.status_code == 502
    assert "Try once more." in answer.content.decode()


@pytest.fixture
def employee(by_saml: Any) -> Any:
    """Nora with a password of her own, a member."""
    accounts.register(email="nora@northmoor.example", display_name="Nora", password=cast.PASSWORD)
    card = people.by_email("nora@northmoor.example")
    memberships.appoint(person_id=card.id, organisation_id=by_saml.id, role="member", actor_id=None)
    return card


@pytest.fixture
def required(by_saml: Any, olga: Any) -> Any:
    accounts.give_authenticator(person_id=olga.pk, secret="JBSWY3DPEHPK3PXP")
    memberships.appoint(person_id=olga.pk, organisation_id=by_saml.id, role="owner", actor_id=None)
    signing_in.require(organisation_id=by_saml.id, enforced=True, actor_id=olga.pk)
    return by_saml


def by_password(client: Client, email: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": cast.PASSWORD})


def test_where_it_is_required_a_password_leads_to_it(client, employee, required) -> None:
    answer = by_password(client, employee.email)
    assert answer.url.startswith(reverse("organisations:sign_in"))
    assert "_auth_user_id" not in client.session
    assert reverse("saml_login", args=[required.id]) in client.get(answer.url).content.decode()


def test_who_has_left_signs_in_as_everybody_does(client, employee, required) -> None:
    memberships.dismiss(person_id=employee.id, organisation_id=required.id, role="member", actor_id=None)
    assert by_password(client, employee.email).url == "/desk/"


def test_an_owner_breaks_the_glass_and_all_owners_learn_of_it(client, employee, required) -> None:
    memberships.appoint(person_id=employee.id, organisation_id=required.id, role="owner", actor_id=None)
    assert by_password(client, employee.email).url == "/desk/"
    verbs = [entry.verb for entry in trail.search(trail.Wanted("organisations.sign_in.glass_broken"))]
    assert len(verbs) == 1
    told = Notice.objects.filter(kind="organisations.glass_broken").values_list("to", flat=True)
    assert set(told) == {employee.email, "olga@example.org"}


def test_nobody_locks_all_owners_out(by_saml, olga) -> None:
    with pytest.raises(signing_in.NoOwnerLeft):
        signing_in.require(organisation_id=by_saml.id, enforced=True, actor_id=olga.pk)


def test_without_a_domain_of_one_s_own_there_is_no_sign_in(northmoor, provider, olga) -> None:
    how = signing_in.OpenId(provider.url, "x", "y")
    with pytest.raises(signing_in.NoDomainShown), transaction.atomic():
        signing_in.set_up(organisation_id=northmoor.id, how=how, actor_id=olga.pk)


def test_the_form_of_an_owner_sets_it_up_and_never_shows_the_secret(
    client, northmoor_domain, provider, olga
) -> None:
    client.force_login(olga)
    how = {"server": provider.url, "client": "auditorium", "secret": "between us"}
    client.post(reverse("organisations:sign_in_act", args=["northmoor", "openid"]), how)
    assert queries.sign_in_of(northmoor_domain.id).app.secret == "between us"
    page = client.get(reverse("organisations:signing_in", args=["northmoor"])).content.decode()
    assert provider.url in page
    assert "between us" not in page


@pytest.mark.parametrize(
    "text", ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_what_is_no_certificate_is_refused_in_words(client, northmoor_domain, olga, text) -> None:
    client.force_login(olga)
    how = {"entity": "x", "address": "https://x.example/sso", "certificate": text}
    answer = client.post(reverse("organisations:sign_in_act", args=["northmoor", "saml"]), how)
    assert answer.status_code == 400
    assert queries.sign_in_of(northmoor_domain.id) is None


def test_the_second_factor_of_staff_is_asked_for_after_it_too(client, by_saml, provider) -> None:
    accounts.register(email="nora@northmoor.example", display_name="Nora", password=cast.PASSWORD)
    card = people.by_email("nora@northmoor.example")
    accounts.give_authenticator(person_id=card.id, secret="JBSWY3DPEHPK3PXP")
    assert Authenticator.objects.count() == 1
    answer = goes_by_saml(client, by_saml)
    assert answer.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_providers_of_the_settings_are_offered_to_everybody_and_an_organisation_s_to_nobody(
    client, by_saml, settings
) -> None:
    forum = {
        "provider_id": "forum",
        "name": "Forum",
        "client_id": "x",
        "settings": {"server_url": "https://f.example"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [forum]}}
    page = client.get(reverse("account_login")).content.decode()
    assert "Sign in with Forum" in page
    assert "Northmoor" not in page


@pytest.mark.parametrize(
    "address",
    ["/accounts/oidc/%00/login/", "/accounts/saml/%00/login/", "/organisations/sign-in/?email=%00@x.example"],
)
def test_what_no_database_can_be_asked_for_is_no_fault(client, address) -> None:
    assert client.get(address).status_code in {200, 404}
