"""People are invited by letter, link or list; each row of a list gets its answer."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lms.accounts.models import Person
from lms.db import clock
from lms.notifications.models import Notice
from lms.organisations import queries
from lms.organisations.actions import invitations, memberships
from lms.organisations.models import Invitation, Membership
from lms.organisations.rules import invited, roles
from lms.organisations.rules.invited import Answer, Row
from lms.organisations.states import InvitationState
from tests import cast
from tests.counting import statements

pytestmark = pytest.mark.django_db


def link_in_the_letter(to: str) -> str:
    notice = Notice.objects.filter(kind="organisations.invitation", to=to).latest("pk")
    return notice.context["url"].removeprefix("http://localhost:8000")


def cost(client, address: str) -> int:
    with statements() as said:
        assert client.get(address).status_code == 200
    return len(said)


def sends(client, table: str):
    file = SimpleUploadedFile("people.csv", table.encode())
    return client.post(reverse("organisations:invite_by_list", args=["northmoor"]), {"table": file})


def test_a_letter_brings_in_who_has_shown_that_the_address_is_theirs(client, cleo, dag) -> None:
    client.force_login(cleo)
    here = reverse("organisations:invitations", args=["northmoor"])
    client.post(here, {"email": dag.email, "role": "member"})
    link = link_in_the_letter(dag.email)
    other = Client()
    other.force_login(cast.person("ada"))
    assert "was written to dag@example.org" in other.post(link).content.decode()
    visitor = Client()
    assert "Create an account" in visitor.get(link).content.decode()
    visitor.force_login(dag)
    assert visitor.post(link).url == reverse("organisations:organisation", args=["northmoor"])
    assert visitor.get(link).status_code == 404


def test_a_link_brings_in_as_many_as_it_says_until_it_expires(client, cleo, northmoor) -> None:
    client.force_login(cleo)
    page = client.post(reverse("organisations:invite_by_link", args=["northmoor"]), {"uses": 2, "days": 3})
    secret = re.search(r"/organisations/invitations/([\w-]+)/</code>", page.content.decode()).group(1)
    taken = [cast.person(name).pk for name in ("ada", "dag", "finn")]
    for person_id in (taken[0], taken[0], taken[1]):
        invitations.accept(secret=secret, person_id=person_id)
    with pytest.raises(invitations.NoLongerOpen):
        invitations.accept(secret=secret, person_id=taken[2])
    row = Invitation.objects.get()
    assert (row.used, row.state) == (2, InvitationState.USED)
    assert secret not in str(Invitation.objects.values())
    _, address = invitations.by_link(
        organisation_id=northmoor.id, role="member", uses=9, days=1, actor_id=cleo.pk
    )
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(invitations.NoLongerOpen):
        invitations.accept(secret=address.rstrip("/").rpartition("/")[2], person_id=taken[2])


def test_a_withdrawn_invitation_leads_nowhere(client, cleo, dag) -> None:
    client.force_login(cleo)
    client.post(
        reverse("organisations:invitations", args=["northmoor"]), {"email": dag.email, "role": "member"}
    )
    row = Invitation.objects.get()
    for _ in range(2):
        client.post(reverse("organisations:withdraw_invitation", args=["northmoor", row.uuid]))
    assert client.get(link_in_the_letter(dag.email)).status_code == 404


def test_each_row_of_a_list_gets_its_answer_and_no_bad_one_holds_up_another(client, cleo, ben) -> None:
    client.force_login(cleo)
    page = sends(
        client,
        "Role;Email\nmember;new@northmoor.example\n;next@northmoor.example\nmember;no address\nowner;boss@northmoor.example\n"
        f"janitor;x@northmoor.example\nmember;{ben.email}\nmember;NEW@northmoor.example\n\n",
    )
    answers = [answer for _, answer, _ in page.context["rows"]]
    assert answers == [
        Answer.INVITED,
        Answer.INVITED,
        Answer.NO_ADDRESS,
        Answer.NOT_YOURS_TO_GIVE,
        Answer.UNKNOWN_ROLE,
        Answer.THERE_ALREADY,
        Answer.TWICE,
    ]
    sent = Notice.objects.filter(kind="organisations.invitation").values_list("to", flat=True)
    assert set(sent) == {"new@northmoor.example", "next@northmoor.example"}


def test_a_list_sent_twice_leaves_one_open_invitation_for_each(client, cleo) -> None:
    client.force_login(cleo)
    for _ in range(2):
        sends(client, "email\nnew@northmoor.example\n")
    states = list(Invitation.objects.order_by("pk").values_list("state", flat=True))
    assert states == [InvitationState.WITHDRAWN, InvitationState.OPEN]


@pytest.mark.parametrize("table", ["", "name\nAda", "email\n" + "a@b.example\n" * 501, "\x00email"])
def test_what_is_no_list_is_refused_in_words(client, cleo, table) -> None:
    client.force_login(cleo)
    assert sends(client, table).status_code == 400
    assert Invitation.objects.count() == 0


def test_formulas_and_markup_in_a_list_are_text(client, cleo) -> None:
    client.force_login(cleo)
    page = sends(
        client, "email\n=HYPERLINK(1)\n<script>alert(1)</script>@x.example\na\x00b@x.example\n"
    ).content.decode()
    assert "<script>alert" not in page
    assert Invitation.objects.count() == 0


def test_a_manager_gives_no_office(cleo, northmoor) -> None:
    given = invitations.by_email(
        organisation_id=northmoor.id, email="x@y.example", role="finance", actor_id=cleo.pk
    )
    assert given == Answer.NOT_YOURS_TO_GIVE
    with pytest.raises(memberships.NotYours):
        invitations.by_link(organisation_id=northmoor.id, role="owner", uses=1, days=1, actor_id=cleo.pk)


def test_an_invitation_brings_nobody_two_roles_that_conflict(client, kai, institute, olga) -> None:
    invitations.by_email(organisation_id=institute.id, email=kai.email, role="trainer", actor_id=olga.pk)
    client.force_login(kai)
    answer = client.post(link_in_the_letter(kai.email))
    assert answer.status_code == 409
    assert queries.roles_of(kai.pk, institute.id) == frozenset()


def test_an_office_is_taken_up_while_whoever_invited_may_still_give_it(
    client, dag, eve, institute, olga
) -> None:
    memberships.appoint(person_id=eve.pk, organisation_id=institute.id, role="owner", actor_id=olga.pk)
    for role in ("owner", "member"):
        invitations.by_email(organisation_id=institute.id, email=dag.email, role=role, actor_id=eve.pk)
    links = {row.context["role"]: row.context["url"] for row in Notice.objects.filter(to=dag.email)}
    memberships.dismiss(person_id=eve.pk, organisation_id=institute.id, role="owner", actor_id=olga.pk)
    client.force_login(dag)
    answers = {role: client.post(url.removeprefix("http://localhost:8000")) for role, url in links.items()}
    assert {role: answer.status_code for role, answer in answers.items()} == {"owner": 404, "member": 302}
    assert queries.roles_of(dag.pk, institute.id) == {"member"}


def test_no_office_is_taken_up_under_a_hat_that_was_taken_off(client, dag, institute, olga) -> None:
    invitations.by_email(organisation_id=institute.id, email=dag.email, role="trainer", actor_id=olga.pk)
    memberships.change(
        organisation_id=institute.id, name="Institute", hats=roles.Hats(employer=True), actor_id=olga.pk
    )
    client.force_login(dag)
    assert client.post(link_in_the_letter(dag.email)).status_code == 404
    assert queries.roles_of(dag.pk, institute.id) == frozenset()


def test_rows_are_read_whatever_separates_them() -> None:
    for table in (
        "email,role\na@b.example,member",
        "\ufeffemail;role\na@b.example;member",
        "ROLE\tEMAIL\nmember\ta@b.example",
    ):
        assert invited.read(table) == [Row(2, "a@b.example", "member")]


def test_the_lists_cost_the_same_for_1_and_for_300(client, cleo, northmoor) -> None:
    client.force_login(cleo)
    addresses = [reverse(f"organisations:{name}", args=["northmoor"]) for name in ("people", "invitations")]
    costs = []
    for count in (1, 299):
        addresses_of = [f"p{count}-{n}@northmoor.example" for n in range(count)]
        made = Person.objects.bulk_create(
            Person(email=one, display_name=one, password="!") for one in addresses_of
        )
        Membership.objects.bulk_create(
            Membership(person=one, organisation_id=northmoor.id, role="member", since_at=clock.now())
            for one in made
        )
        Invitation.objects.bulk_create(
            Invitation(
                organisation_id=northmoor.id,
                role="member",
                email=one,
                digest=invitations.digest(one),
                made_at=clock.now(),
                expires_at=clock.now(),
                made_by=cleo,
            )
            for one in addresses_of
        )
        costs.append([cost(client, address) for address in addresses])
    assert costs[0] == costs[1]
